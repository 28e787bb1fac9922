import { once } from 'node:events'
import { type ClientHttp2Session, connect, createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { eventually } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { getRequestId } from '../src/context.ts'
import { requestContext } from '../src/http/index.ts'
import { type CapturedRecords, captureRecords } from './captured-records.ts'

describe('requestContext on the compatibility API of node:http2', () => {
  let captured: CapturedRecords
  let server: Http2Server
  let client: ClientHttp2Session

  beforeEach(async () => {
    captured = captureRecords()
    const context = requestContext({ trustInbound: true })
    server = createServer((request, response) => {
      context(request, response, () => {
        if (request.url === '/hang') return
        if (request.url === '/big') {
          response.end(Buffer.alloc(8 * 1024 ** 2))
          return
        }
        const seen: unknown[] = []
        request.on('data', () => seen.push(getRequestId()))
        request.on('end', () => response.end(seen.concat(getRequestId()).join()))
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  afterEach(async () => {
    client.destroy()
    await new Promise((closed) => server.close(closed))
    await captured.stop()
  })

  it('keeps streams of one session apart, with one line each', async () => {
    const ids = Array.from({ length: 50 }, (_, number) => `s${number}`)
    const texts = await Promise.all(ids.map((id) => post(client, id)))
    expect(texts).toEqual(ids.map((id) => [id, [id]]))
    const lines = await eventually(() => {
      expect(captured.of('http.access').length).toBeGreaterThanOrEqual(50)
      return captured.of('http.access')
    })
    expect(lines.map((line) => line.level)).toEqual(ids.map(() => 'info'))
    expect(new Set(lines.map((line) => line.requestId))).toEqual(new Set(ids))
  })

  it('counts a stream that the caller reset as aborted, once', async () => {
    const stream = client.request({ ':path': '/hang', 'x-request-id': 'reset' })
    stream.on('error', () => undefined)
    await post(client, 'after')
    stream.close(8)
    const lines = await eventually(() => {
      expect(captured.of('http.access').length).toBeGreaterThanOrEqual(2)
      return captured.of('http.access')
    })
    expect(lines.map((line) => [line.requestId, line.message])).toEqual([
      ['after', 'POST / 200'],
      ['reset', 'GET /hang aborted'],
    ])
  })

  it('counts a stream that was reset in the middle of the ended answer, and one whose connection broke, as aborted', async () => {
    const big = client.request({ ':path': '/big' })
    big.on('error', () => undefined)
    await once(big, 'response')
    big.close(8)
    await eventually(() => captured.of('http.access').length === 1)
    const hanging = client.request({ ':path': '/hang' })
    hanging.on('error', () => undefined)
    await post(client, 'after')
    client.destroy()
    await eventually(() => captured.of('http.access').length === 3)
    const messages = captured.of('http.access').map((line) => line.message)
    expect(messages).toEqual(['GET /big 200 aborted', 'POST / 200', 'GET /hang aborted'])
  })
})

/** The id on the response, and those that the listeners of the server saw. */
async function post(client: ClientHttp2Session, id: string): Promise<[unknown, string[]]> {
  const stream = client.request({ ':method': 'POST', ':path': '/', 'x-request-id': id })
  const response = once(stream, 'response') as Promise<[Record<string, unknown>]>
  for (const piece of ['one', 'two']) {
    stream.write(piece)
    await new Promise((passed) => setImmediate(passed))
  }
  stream.end()
  const [headers] = await response
  let text = ''
  for await (const chunk of stream) text += String(chunk)
  return [headers['x-request-id'], [...new Set(text.split(','))]]
}
