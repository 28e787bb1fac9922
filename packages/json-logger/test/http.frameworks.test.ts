import { eventually, seededRandom, testSeed } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RequestContextOptions } from '../src/http/index.ts'
import { parseTraceparent } from '../src/http/traceparent.ts'
import { type CapturedRecords, captureRecords } from './captured-records.ts'
import { startExpressApp } from './http-app.express.ts'
import { startFastifyApp } from './http-app.fastify.ts'
import { startHonoApp } from './http-app.hono.ts'
import { startKoaApp } from './http-app.koa.ts'
import { startNodeApp } from './http-app.node.ts'
import type { HttpApp, Ids } from './http-app.ts'
import { send, sendAndHold } from './live-http.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = `00-${TRACE}-b7ad6b7169203331-01`

describe.each([
  ['requestContext on node:http', startNodeApp],
  ['requestContext on Express', startExpressApp],
  ['fastifyRequestContext', startFastifyApp],
  ['honoRequestContext', startHonoApp],
  ['koaRequestContext', startKoaApp],
])('%s', (_name, startApp) => {
  const seed = testSeed()
  let captured: CapturedRecords
  let app: HttpApp

  const start = async (options?: RequestContextOptions): Promise<void> => {
    app = await startApp(options)
  }
  const accessLines = (count: number) =>
    eventually(() => {
      const lines = captured.of('http.access')
      expect(lines.length).toBeGreaterThanOrEqual(count)
      return lines
    })

  beforeEach(() => {
    captured = captureRecords()
  })
  afterEach(async () => {
    await app.close()
    await captured.stop()
  })

  it('gives each request an id of its own, on the response and in every line', async () => {
    await start()
    const first = await send(app.port, '/hello')
    const second = await send(app.port, '/hello')
    const ids = [first, second].map((reply) => reply.headers['x-request-id'] as string)
    expect(ids).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)])
    expect(ids[0]).not.toBe(ids[1])
    expectOnly(first.text, ids[0])
    expectOnly(second.text, ids[1])
    await accessLines(2)
    expect(new Set(captured.all().map((record) => record.requestId))).toEqual(new Set(ids))
  })

  it('does not believe ids from outside unless told to', async () => {
    await start()
    const reply = await send(app.port, '/outgoing', { headers: { 'x-request-id': 'chosen', traceparent: CALLER } })
    expect(reply.headers['x-request-id']).toMatch(UUID)
    expect(reply.headers['traceparent']).not.toContain(TRACE)
    expect(parseTraceparent(reply.headers['traceparent'])).toBeDefined()
  })

  it('takes over a trusted id and trace, in a span of its own, and hands both on', async () => {
    await start({ trustInbound: true })
    const headers = { 'X-Request-ID': 'order:7.A_b-c', traceparent: CALLER }
    const reply = await send(app.port, '/outgoing', { headers })
    expect(reply.headers['x-request-id']).toBe('order:7.A_b-c')
    const ids = parseTraceparent(reply.headers['traceparent'])
    expect(ids).toMatchObject({ traceId: TRACE, flags: 1 })
    expect(ids?.spanId).not.toBe('b7ad6b7169203331')
    expect(JSON.parse(reply.text)).toEqual({
      'x-request-id': 'order:7.A_b-c',
      traceparent: reply.headers['traceparent'],
    })
  })

  it.each([
    ['a space', ['a b']],
    ['two headers', ['first', 'second']],
    ['nothing in it', ['']],
    ['129 characters', ['a'.repeat(129)]],
    ['an escape', ['\u001b[31mred'.replace('\u001b', '\u00a0')]],
    ['a quote', ['"}']],
  ])('replaces a trusted id with %s', async (_what, values) => {
    await start({ trustInbound: true })
    const reply = await send(app.port, '/hello', { headers: { 'x-request-id': values } })
    expect(reply.headers['x-request-id']).toMatch(UUID)
    expectOnly(reply.text, reply.headers['x-request-id'])
  })

  it('uses the header and the maker of ids it was given', async () => {
    await start({ header: 'X-Correlation-ID', makeId: () => 'made:1' })
    const reply = await send(app.port, '/outgoing')
    expect(reply.headers['x-correlation-id']).toBe('made:1')
    expect(reply.headers['x-request-id']).toBeUndefined()
    expect(JSON.parse(reply.text)).toMatchObject({ 'x-correlation-id': 'made:1' })
  })

  it('keeps the context behind a JSON body that arrives in pieces', async () => {
    await start()
    const body = { text: 'é'.repeat(20_000) }
    const pieces = piecesOf(JSON.stringify(body), 5)
    const reply = await send(app.port, '/json', { headers: { 'content-type': 'application/json' }, pieces })
    expect(reply.status).toBe(200)
    expect(JSON.parse(reply.text)).toMatchObject({ body })
    expectOnly(reply.text, reply.headers['x-request-id'])
  })

  it('keeps the context in listeners on a raw body that arrives in pieces', async () => {
    await start()
    const pieces = Array.from({ length: 6 }, () => 'x'.repeat(30_000))
    const reply = await send(app.port, '/stream', { headers: { 'content-type': 'application/octet-stream' }, pieces })
    expect(JSON.parse(reply.text)).toMatchObject({ bytes: 180_000 })
    expectOnly(reply.text, reply.headers['x-request-id'])
  })

  it(`mixes up none of 200 requests at once (TEST_SEED=${seed})`, async () => {
    await start({ trustInbound: true })
    const random = seededRandom(seed)
    const one = async (number: number): Promise<void> => {
      const id = `r${number}`
      const kind = random.pick(['/hello', '/json', '/stream'])
      const type = kind === '/json' ? 'application/json' : 'application/octet-stream'
      const pieces = piecesOf(JSON.stringify({ id, text: 'x'.repeat(random.int(0, 5_000)) }), random.int(1, 6))
      const sending = kind === '/hello' ? {} : { pieces }
      const reply = await send(app.port, kind, { ...sending, headers: { 'x-request-id': id, 'content-type': type } })
      expect([reply.status, reply.headers['x-request-id']]).toEqual([200, id])
      expectOnly(reply.text, id)
      if (kind === '/json') expect(JSON.parse(reply.text)).toMatchObject({ body: { id } })
    }
    await Promise.all(Array.from({ length: 200 }, (_, number) => one(number)))
    const lines = await accessLines(200)
    expect(new Set(lines.map((line) => line.requestId)).size).toBe(200)
    expect(lines).toHaveLength(200)
  })

  it('writes one access line, without the query', async () => {
    await start()
    const reply = await send(app.port, '/hello?token=secret')
    const [line] = await accessLines(1)
    expect(line).toMatchObject({
      logger: 'http.access',
      level: 'info',
      message: 'GET /hello 200',
      requestId: reply.headers['x-request-id'],
      fields: expect.objectContaining({ method: 'GET', path: '/hello', status: 200, durationMs: expect.any(Number) }),
    })
    expect(JSON.stringify(captured.all())).not.toContain('secret')
    await send(app.port, '/hello')
    expect(await accessLines(2)).toHaveLength(2)
  })

  it('writes no access line where it is turned off', async () => {
    await start({ accessLog: false })
    const reply = await send(app.port, '/hello')
    await send(app.port, '/hello')
    expectOnly(reply.text, reply.headers['x-request-id'])
    expect(captured.of('http.access')).toEqual([])
  })

  it('has the id in the line of the error handler and on its answer, and one access line of level error', async () => {
    await start()
    const reply = await send(app.port, '/fail')
    expect(reply.status).toBe(500)
    const id = reply.headers['x-request-id']
    expect(id).toMatch(UUID)
    await accessLines(1)
    const lines = captured.all().map((record) => [record.logger, record.level, record.requestId])
    expect(lines).toEqual([
      ['app', 'warn', id],
      ['http.access', 'error', id],
    ])
  })

  it('warns with one access line of a request whose caller left', async () => {
    await start({ trustInbound: true })
    const leave = sendAndHold(app.port, '/hang', { 'x-request-id': 'left' })
    await eventually(() => captured.of('app').some((record) => record.message === 'hanging'))
    leave()
    await accessLines(1)
    await send(app.port, '/hello', { headers: { 'x-request-id': 'next' } })
    const lines = await accessLines(2)
    expect(lines.map((line) => [line.level, line.requestId, line.fields['aborted']])).toEqual([
      ['warn', 'left', true],
      ['info', 'next', undefined],
    ])
    expect(lines[0]).toMatchObject({ message: 'GET /hang aborted' })
    expect(lines[0]?.fields).not.toHaveProperty('status')
  })

  it('gives the context back in a callback of a pool that knows no request', async () => {
    await start()
    const reply = await send(app.port, '/bound')
    expect(JSON.parse(reply.text)).toEqual({ lost: null, bound: reply.headers['x-request-id'] })
  })
})

/** The ids a handler saw are all this one. */
function expectOnly(text: string, id: unknown): void {
  const { ids } = JSON.parse(text) as { ids: Ids }
  expect(ids.length).toBeGreaterThan(5)
  expect(new Set(ids)).toEqual(new Set([id]))
}

function piecesOf(text: string, count: number): Buffer[] {
  const bytes = Buffer.from(text)
  const size = Math.ceil(bytes.length / count)
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
}
