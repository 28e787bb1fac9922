import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { eventually, gate } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentContext, getRequestId, innerContext, runInContext, withContext } from '../src/context.ts'
import { requestContext, type RequestContextOptions } from '../src/http/index.ts'
import type { LogRecord } from '../src/index.ts'
import { newSpan } from '../src/http/traceparent.ts'
import { type CapturedRecords, captureRecords } from './captured-records.ts'
import { portOf, send, sendAndHold } from './live-http.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => void

describe('requestContext on one connection', () => {
  let captured: CapturedRecords
  let server: Server

  const serve = (handle: Handle, options?: RequestContextOptions): Promise<number> => {
    const context = requestContext(options)
    server = createServer((request, response) => context(request, response, () => handle(request, response)))
    return portOf(server)
  }
  const accessLines = (count: number): Promise<readonly LogRecord[]> =>
    eventually(() => {
      const lines = captured.of('http.access')
      expect(lines.length).toBeGreaterThanOrEqual(count)
      return lines
    })

  beforeEach(() => {
    captured = captureRecords()
  })
  afterEach(async () => {
    server.closeAllConnections()
    await server[Symbol.asyncDispose]()
    await captured.stop()
  })

  it('keeps the requests of a kept-alive connection apart, also in listeners', async () => {
    const sockets = new Set<unknown>()
    const port = await serve(
      (request, response) => {
        sockets.add(request.socket)
        const seen: unknown[] = [getRequestId()]
        for (const event of ['data', 'end', 'close']) request.on(event, () => seen.push(getRequestId()))
        request.on('end', () => response.end(seen.join()))
      },
      { trustInbound: true },
    )
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ids = Array.from({ length: 50 }, (_, number) => `k${number}`)
    const replies = await Promise.all(
      ids.map((id) => send(port, '/', { agent, headers: { 'x-request-id': id }, pieces: ['one', 'two', 'three'] })),
    )
    agent.destroy()
    expect(sockets.size).toBe(1)
    expect(replies.map((reply) => [...new Set(reply.text.split(','))])).toEqual(ids.map((id) => [id]))
    const lines = await accessLines(50)
    expect(lines).toHaveLength(50)
    expect(new Set(lines.map((line) => line.requestId))).toEqual(new Set(ids))
  })

  it('keeps pipelined requests apart: neither ids nor fields leak into the next one', async () => {
    const seen: unknown[] = []
    const port = await serve(
      (request, response) => {
        seen.push([getRequestId(), currentContext()?.fields])
        withContext({ user: request.url }, () => {
          request.resume().on('end', () => response.end(getRequestId()))
        })
      },
      { trustInbound: true },
    )
    const socket = connect(port, '127.0.0.1')
    const message = (id: string): string =>
      `POST /${id} HTTP/1.1\r\nhost: x\r\nx-request-id: ${id}\r\ncontent-length: 3\r\n\r\nabc`
    const ids = Array.from({ length: 20 }, (_, number) => `p${number}`)
    socket.write(ids.map(message).join(''))
    socket.resume()
    const lines = await accessLines(20)
    socket.destroy()
    expect(seen).toEqual(ids.map((id) => [id, undefined]))
    expect(lines.map((line) => [line.requestId, line.fields['path']])).toEqual(ids.map((id) => [id, `/${id}`]))
  })

  it('writes a line for each pipelined request whose connection broke', async () => {
    const second = gate()
    let count = 0
    const port = await serve(() => {
      if (++count === 2) second.open()
    })
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /1 HTTP/1.1\r\nhost: x\r\n\r\nGET /2 HTTP/1.1\r\nhost: x\r\n\r\n')
    await second.promise
    socket.destroy()
    const lines = await accessLines(2)
    expect(lines.map((line) => line.message)).toEqual(['GET /1 aborted', 'GET /2 aborted'])
  })

  it('counts a caller who leaves in the middle of the answer as aborted, with the status that was sent', async () => {
    const started = gate()
    const port = await serve((_request, response) => {
      response.writeHead(206)
      response.write('some', () => started.open())
    })
    const leave = sendAndHold(port, '/half')
    await started.promise
    leave()
    const [line] = await accessLines(1)
    expect(line).toMatchObject({
      level: 'warn',
      message: 'GET /half 206 aborted',
      fields: { status: 206, aborted: true },
    })
  })

  it('counts a caller who leaves while the ended answer is still on its way as aborted', async () => {
    const ended = gate()
    const port = await serve((_request, response) => {
      response.end(Buffer.alloc(64 * 1024 ** 2))
      ended.open()
    })
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /big HTTP/1.1\r\nhost: x\r\n\r\n')
    await ended.promise
    socket.destroy()
    const [line] = await accessLines(1)
    expect(line).toMatchObject({ level: 'warn', message: 'GET /big 200 aborted' })
  })

  it('counts a response that the handler destroys as aborted', async () => {
    const port = await serve((_request, response) => void response.destroy())
    await expect(send(port, '/gone')).rejects.toThrow()
    const lines = await accessLines(1)
    expect(lines.map((line) => line.level)).toEqual(['warn'])
  })

  it('goes on where the head is sent already, and where the response is destroyed', async () => {
    const seen: unknown[] = []
    const context = requestContext()
    const note = (): void => void seen.push(getRequestId())
    server = createServer((request, response) => {
      if (request.url === '/sent') response.writeHead(200).flushHeaders()
      else response.destroy()
      const go = (): void => {
        context(request, response, note)
        response.end()
      }
      if (request.url === '/sent') go()
      else response.once('close', go)
    })
    const port = await portOf(server)
    const reply = await send(port, '/sent')
    await expect(send(port, '/destroyed')).rejects.toThrow()
    expect(reply.headers['x-request-id']).toBeUndefined()
    const lines = await accessLines(2)
    expect(seen).toEqual(lines.map((line) => line.requestId))
  })

  it('takes over fields that the server runs in, and none of another request', async () => {
    const context = requestContext()
    const neighbour = innerContext(undefined, { requestId: 'other', trace: newSpan(undefined), fields: { user: 1 } })
    server = createServer((request, response) => {
      const open = (): void => context(request, response, () => response.end(JSON.stringify(currentContext()?.fields)))
      if (request.url === '/within') withContext({ service: 'a' }, open)
      else runInContext(neighbour, open)
    })
    const port = await portOf(server)
    expect((await send(port, '/within')).text).toBe('{"service":"a"}')
    expect((await send(port, '/beside')).text).toBe('')
  })

  it('has one id and one line where it is mounted twice', async () => {
    const inner = requestContext({ makeId: () => 'inner' })
    const port = await serve((request, response) => inner(request, response, () => response.end(getRequestId())), {
      makeId: () => 'outer',
    })
    const reply = await send(port, '/')
    expect([reply.text, reply.headers['x-request-id']]).toEqual(['outer', 'outer'])
    await send(port, '/')
    expect(await accessLines(2)).toHaveLength(2)
  })

  it('lets what a handler throws through, and still writes its line', async () => {
    const thrown: unknown[] = []
    const context = requestContext()
    server = createServer((request, response) => {
      try {
        context(request, response, () => {
          throw new Error('on purpose')
        })
      } catch (error) {
        thrown.push(error)
        response.writeHead(503, { 'content-length': 2 }).end('{}')
      }
    })
    await send(await portOf(server), '/')
    expect(thrown).toEqual([new Error('on purpose')])
    const [line] = await accessLines(1)
    expect(line).toMatchObject({ level: 'error', fields: { status: 503, bytes: 2 } })
  })

  it('answers a request that asks for an upgrade nobody offers', async () => {
    const port = await serve((_request, response) => response.end(getRequestId()))
    const reply = await send(port, '/', { headers: { connection: 'upgrade', upgrade: 'websocket' } })
    expect(reply.headers['x-request-id']).toBe(reply.text)
  })

  it('stays out of upgrades that the server takes itself', async () => {
    const port = await serve((_request, response) => response.end())
    server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\nhello'))
    const socket = connect(port, '127.0.0.1')
    socket.write('GET /ws HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
    const [chunk] = (await once(socket, 'data')) as [Buffer]
    expect(chunk.toString()).toContain('101')
    socket.destroy()
    expect(captured.of('http.access')).toEqual([])
  })

  it.each([
    ['silent', []],
    ['warn', ['GET /error 500']],
  ] as const)('keeps to the level %s of the logger http.access', async (level, messages) => {
    await captured.stop()
    captured = captureRecords({ 'http.access': level })
    const port = await serve((request, response) => {
      response.statusCode = request.url === '/error' ? 500 : 200
      response.end(getRequestId())
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (const path of ['/error', '/fine', '/last']) {
      const reply = await send(port, path, { agent })
      expect(reply.text).toBe(reply.headers['x-request-id'])
    }
    agent.destroy()
    expect(captured.of('http.access').map((line) => line.message)).toEqual(messages)
  })

  it.each([
    ['GET http://user:password@host/path?token=1 HTTP/1.1', '/path'],
    ['GET //user:password@host/path HTTP/1.1', '/path'],
    ['GET ///user:pass;word@host/path HTTP/1.1', '/path'],
    ['GET //a/b HTTP/1.1', '//a/b'],
    ['GET /a;jsessionid=1/b?c HTTP/1.1', '/a'],
    ['GET /a%20b?token=1 HTTP/1.1', '/a%20b'],
    ['GET /a?b?c#d HTTP/1.1', '/a'],
    ['OPTIONS * HTTP/1.1', '*'],
    [`GET /${'x'.repeat(5_000)} HTTP/1.1`, `/${'x'.repeat(1_023)}`],
  ])('logs the path alone of %.70s', async (requestLine, path) => {
    const port = await serve((_request, response) => response.end())
    const socket = connect(port, '127.0.0.1')
    socket.write(`${requestLine}\r\nhost: x\r\n\r\n`)
    socket.resume()
    const [line] = await accessLines(1)
    socket.destroy()
    expect(line?.fields['path']).toBe(path)
    expect(line?.message).toBe(`${requestLine.split(' ')[0]} ${path} 200`)
  })

  it('warns once of a makeId that fails, and serves every request', async () => {
    const port = await serve((_request, response) => response.end(), {
      makeId: () => {
        throw new Error('on purpose')
      },
    })
    const replies = [await send(port, '/'), await send(port, '/')]
    expect(new Set(replies.map((reply) => reply.headers['x-request-id'])).size).toBe(2)
    await accessLines(3)
    expect(captured.all().filter((record) => record.message.startsWith('makeId'))).toHaveLength(1)
  })
})
