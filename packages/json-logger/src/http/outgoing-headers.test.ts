import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { afterEach, describe, expect, it } from 'vitest'
import { innerContext, runInContext, withContext, withRequestId } from '../context.ts'
import { outgoingHeaders } from './outgoing-headers.ts'

const IDS = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', flags: 1 }
const OTHER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 }

describe('outgoingHeaders', () => {
  afterEach(() => context.disable())

  it('is empty where no request is known', () => {
    expect(outgoingHeaders()).toEqual({})
    expect(withContext({ user: 1 }, outgoingHeaders)).toEqual({})
  })

  it('has the id under the usual name outside of HTTP', () => {
    expect(withRequestId('job:7', outgoingHeaders)).toEqual({ 'x-request-id': 'job:7' })
  })

  it('has id and trace under the name of the middleware, in inner contexts too', () => {
    const request = innerContext(undefined, { requestId: 'a', trace: IDS, idHeader: 'x-correlation-id' })
    const headers = runInContext(request, () => withContext({ user: 1 }, outgoingHeaders))
    expect(headers).toEqual({ 'x-correlation-id': 'a', traceparent: `00-${IDS.traceId}-${IDS.spanId}-01` })
  })

  it('has the span of OpenTelemetry where one is active', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager())
    const request = innerContext(undefined, { requestId: 'a', trace: IDS })
    const active = trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(OTHER))
    const headers = runInContext(request, () => context.with(active, outgoingHeaders))
    expect(headers).toEqual({ 'x-request-id': 'a', traceparent: `00-${OTHER.traceId}-${OTHER.spanId}-00` })
  })
})
