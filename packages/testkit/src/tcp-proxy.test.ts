import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask } from './ask.fixture.ts'
import { eventually } from './eventually.ts'
import { startProxy, type TcpProxy } from './tcp-proxy.ts'

describe('TcpProxy', () => {
  let target: Server
  let received: string
  let proxy: TcpProxy

  beforeEach(async () => {
    received = ''
    target = createServer((socket) => {
      socket.on('error', () => {})
      socket.on('data', (chunk: Buffer) => {
        received += chunk.toString()
        socket.write(chunk)
      })
    }).listen(0, '127.0.0.1')
    await once(target, 'listening')
    proxy = await startProxy((target.address() as AddressInfo).port)
  })
  afterEach(async () => {
    await proxy.close()
    target.close()
  })

  it('passes bytes in both directions', async () => {
    await expect(ask(proxy.port, 'hello')).resolves.toBe('hello\r\n')
  })

  it('holds everything while mute, and delivers it late and in order', async () => {
    const socket = await open()
    const replies = collect(socket)
    proxy.mute()
    socket.write('one ')
    await roundTripOfAnotherServer()
    socket.write('two')
    expect(received).toBe('')
    await proxy.pass()
    await eventually(() => replies() === 'one two')
    socket.destroy()
  })

  it('accepts new connections while mute', async () => {
    proxy.mute()
    const answer = ask(proxy.port, 'late')
    await eventually(() => proxy.connections === 1)
    await proxy.pass()
    await expect(answer).resolves.toBe('late\r\n')
  })

  it('lets requests through and keeps their replies, where told so', async () => {
    const socket = await open()
    const replies = collect(socket)
    proxy.mute({ requests: 'pass' })
    socket.write('acknowledged by nobody')
    await eventually(() => received === 'acknowledged by nobody')
    expect(replies()).toBe('')
    await proxy.cut()
    await once(socket, 'close')
    expect(replies()).toBe('')
  })

  it('breaks connections and refuses new ones when cut, and accepts again when it passes', async () => {
    const socket = await open()
    await proxy.cut()
    await once(socket, 'close')
    expect(proxy.connections).toBe(0)
    await expect(ask(proxy.port, 'hello')).rejects.toThrow('ECONNREFUSED')
    await proxy.pass()
    await expect(ask(proxy.port, 'hello')).resolves.toBe('hello\r\n')
  })

  it('breaks connections and accepts new ones when it drops them', async () => {
    const socket = await open()
    const closed = once(socket, 'close')
    proxy.drop()
    await closed
    await eventually(() => proxy.connections === 0)
    await expect(ask(proxy.port, 'hello')).resolves.toBe('hello\r\n')
  })

  it('delays replies', async () => {
    proxy.delay(40)
    const begun = performance.now()
    await ask(proxy.port, 'hello')
    expect(performance.now() - begun).toBeGreaterThanOrEqual(39)
    proxy.delay(0)
  })

  it('breaks the connection of a client whose server is gone', async () => {
    target.close()
    await expect(ask(proxy.port, 'hello')).rejects.toThrow(/closed without an answer|ECONNRESET/)
  })

  async function open(): Promise<Socket> {
    const socket = connect(proxy.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write('.')
    await once(socket, 'data')
    received = ''
    return socket
  }
})

/** Long enough for bytes that were not held to have arrived. */
async function roundTripOfAnotherServer(): Promise<void> {
  const other = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(other, 'listening')
  await ask((other.address() as AddressInfo).port, 'ping')
  other.close()
}

function collect(socket: Socket): () => string {
  let text = ''
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return () => text
}
