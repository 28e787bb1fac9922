import { eventually } from '@org/testkit'
import { fastify } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { getRequestId } from '../src/context.ts'
import { fastifyRequestContext } from '../src/http/index.ts'
import { type CapturedRecords, captureRecords } from './captured-records.ts'

describe('fastifyRequestContext', () => {
  let captured: CapturedRecords

  beforeEach(() => {
    captured = captureRecords()
  })
  afterEach(() => captured.stop())

  it('counts for routes of the parent, of other plugins and for those not found', async () => {
    await using app = fastify()
    await app.register(fastifyRequestContext({ makeId: () => 'id' }))
    await app.register((child, _options, done) => {
      child.get('/child', async () => ({ id: getRequestId() }))
      done()
    })
    app.get('/parent', async () => ({ id: getRequestId() }))
    const [child, parent, missing] = await Promise.all(['/child', '/parent', '/missing'].map((url) => app.inject(url)))
    expect([child?.json(), parent?.json()]).toEqual([{ id: 'id' }, { id: 'id' }])
    expect([missing?.statusCode, missing?.headers['x-request-id']]).toEqual([404, 'id'])
    await eventually(() => captured.of('http.access').length === 3)
  })

  it('keeps the context in every later hook', async () => {
    const seen: unknown[] = []
    await using app = fastify()
    await app.register(fastifyRequestContext({ makeId: () => 'id' }))
    const see = async (): Promise<void> => void seen.push(getRequestId())
    app.addHook('onRequest', see)
    app.addHook('preValidation', see)
    app.addHook('preHandler', see)
    app.addHook('onSend', see)
    app.addHook('onResponse', see)
    app.post('/', async () => ({}))
    await app.inject({ method: 'POST', url: '/', payload: { a: 1 } })
    await eventually(() => seen.length === 5)
    expect(seen).toEqual(['id', 'id', 'id', 'id', 'id'])
  })

  it('puts the id on responses that a handler writes by itself', async () => {
    await using app = fastify()
    await app.register(fastifyRequestContext({ makeId: () => 'id' }))
    app.get('/', (_request, reply) => {
      reply.hijack()
      reply.raw.end('raw')
    })
    const reply = await app.inject('/')
    expect([reply.body, reply.headers['x-request-id']]).toEqual(['raw', 'id'])
  })
})
