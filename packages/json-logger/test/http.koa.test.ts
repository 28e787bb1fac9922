import { createServer } from 'node:http'
import { Readable } from 'node:stream'
import Koa from 'koa'
import { eventually } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { getRequestId } from '../src/context.ts'
import { koaRequestContext } from '../src/http/index.ts'
import { type CapturedRecords, captureRecords } from './captured-records.ts'
import { portOf, send } from './live-http.ts'

describe('koaRequestContext', () => {
  let captured: CapturedRecords

  beforeEach(() => {
    captured = captureRecords()
  })
  afterEach(() => captured.stop())

  it('keeps id and context for errors that Koa answers, with the headers of the error', async () => {
    const seen: unknown[] = []
    const app = new Koa()
    app.use(koaRequestContext({ makeId: () => 'id' }))
    app.use((ctx) => ctx.throw(418, 'on purpose', { headers: { 'x-why': 'tea' } }))
    app.on('error', (error: Error) => seen.push(getRequestId(), error.message))
    const reply = await ask(app)
    expect(reply).toMatchObject({ status: 418, headers: { 'x-request-id': 'id', 'x-why': 'tea' } })
    expect(reply.headers['traceparent']).toBeDefined()
    expect(seen).toEqual(['id', 'on purpose'])
    await eventually(() => captured.of('http.access').length === 1)
  })

  it('logs an answer whose stream breaks as aborted, in its context', async () => {
    const seen: unknown[] = []
    const app = new Koa()
    app.use(koaRequestContext({ makeId: () => 'id' }))
    app.use((ctx) => {
      ctx.body = Readable.from(brokenStream())
    })
    app.on('error', () => seen.push(getRequestId()))
    await expect(ask(app)).rejects.toThrow()
    await eventually(() => captured.of('http.access').length === 1)
    expect(captured.of('http.access')[0]).toMatchObject({ level: 'warn', requestId: 'id', fields: { aborted: true } })
    expect(new Set(seen)).toEqual(new Set(['id']))
  })

  it('answers what is not found with the id', async () => {
    const app = new Koa()
    app.use(koaRequestContext({ makeId: () => 'id' }))
    expect(await ask(app)).toMatchObject({ status: 404, headers: { 'x-request-id': 'id' } })
  })
})

async function* brokenStream(): AsyncGenerator<string> {
  yield 'some'
  await new Promise((passed) => setImmediate(passed))
  throw new Error('on purpose')
}

async function ask(app: Koa): Promise<Awaited<ReturnType<typeof send>>> {
  const handle = app.callback()
  await using server = createServer((request, response) => void handle(request, response))
  return await send(await portOf(server), '/')
}
