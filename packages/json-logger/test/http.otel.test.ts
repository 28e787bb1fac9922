import { createServer } from 'node:http'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentContext } from '../src/context.ts'
import { requestContext } from '../src/http/index.ts'
import { type CapturedRecords, captureRecords } from './captured-records.ts'
import { portOf, send } from './live-http.ts'

const SPAN = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 }

describe('requestContext under OpenTelemetry', () => {
  let captured: CapturedRecords

  beforeEach(() => {
    captured = captureRecords()
    context.setGlobalContextManager(new AsyncLocalStorageContextManager())
  })
  afterEach(async () => {
    context.disable()
    await captured.stop()
  })

  it('takes the ids of the active span, whatever the caller says', async () => {
    const active = trace.setSpan(ROOT_CONTEXT, trace.wrapSpanContext(SPAN))
    const withContext = requestContext({ trustInbound: true })
    await using server = createServer((request, response) => {
      context.with(active, () =>
        withContext(request, response, () => response.end(JSON.stringify(currentContext()?.trace))),
      )
    })
    const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' }
    const reply = await send(await portOf(server), '/', { headers })
    expect(JSON.parse(reply.text)).toEqual({ traceId: SPAN.traceId, spanId: SPAN.spanId, flags: 1 })
    expect(reply.headers['traceparent']).toBe(`00-${SPAN.traceId}-${SPAN.spanId}-01`)
  })

  it('makes ids of its own where OpenTelemetry is there and no span is active', async () => {
    const withContext = requestContext()
    await using server = createServer((request, response) => withContext(request, response, () => response.end()))
    const reply = await send(await portOf(server), '/')
    expect(reply.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })
})
