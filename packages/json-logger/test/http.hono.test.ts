import { Hono } from 'hono'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { getRequestId } from '../src/context.ts'
import { bindRequest, honoRequestContext } from '../src/http/index.ts'
import { type CapturedRecords, captureRecords } from './captured-records.ts'
import { honoApp, startHonoApp } from './http-app.hono.ts'
import { send } from './live-http.ts'

describe('honoRequestContext', () => {
  let captured: CapturedRecords

  beforeEach(() => {
    captured = captureRecords()
  })
  afterEach(() => captured.stop())

  it('works without Node.js below: id, context and one line when the handlers have answered', async () => {
    const app = new Hono()
    app.use(honoRequestContext({ trustInbound: true }))
    app.get('/here', (c) => c.text(`${getRequestId()} ${bindRequest(c, getRequestId)}`))
    const reply = await app.request('/here?token=secret', { headers: { 'x-request-id': 'fetched' } })
    expect([await reply.text(), reply.headers.get('x-request-id')]).toEqual(['fetched fetched', 'fetched'])
    expect(captured.all()).toEqual([
      expect.objectContaining({ level: 'info', message: 'GET /here 200', requestId: 'fetched' }),
    ])
  })

  it('has one line and one id where it is mounted twice without Node.js', async () => {
    const app = new Hono()
    app.use(honoRequestContext({ makeId: () => 'outer' }), honoRequestContext({ makeId: () => 'inner' }))
    app.get('/', (c) => c.text(String(getRequestId())))
    const reply = await app.request('/')
    expect([await reply.text(), reply.headers.get('x-request-id')]).toEqual(['outer', 'outer'])
    expect(captured.all()).toHaveLength(1)
  })

  it('logs errors, what is thrown without being one, and what is not found', async () => {
    const app = new Hono()
    app.use(honoRequestContext())
    app.get('/error', () => {
      throw new Error('on purpose')
    })
    app.get('/thrown', () => {
      // oxlint-disable-next-line typescript/only-throw-error -- Hono lets it through
      throw 'no error'
    })
    app.onError((_error, c) => c.text('failed', 500))
    await app.request('/error')
    await expect(Promise.resolve(app.request('/thrown'))).rejects.toBe('no error')
    const missing = await app.request('/missing')
    expect(missing.headers.get('x-request-id')).not.toBeNull()
    const lines = captured.of('http.access').map((line) => [line.level, line.message])
    expect(lines).toEqual([
      ['error', 'GET /error 500'],
      ['error', 'GET /thrown 500'],
      ['info', 'GET /missing 404'],
    ])
  })

  it('puts its own id on responses that were made elsewhere', async () => {
    const app = await startHonoApp({ makeId: () => 'ours' })
    const reply = await send(app.port, '/own-response')
    await app.close()
    expect(reply.headers['x-request-id']).toBe('ours')
    const fetched = await honoApp({ makeId: () => 'ours' }).request('/own-response')
    expect(fetched.headers.get('x-request-id')).toBe('ours')
  })
})
