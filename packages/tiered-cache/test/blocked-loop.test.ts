import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { type Entry, type Tier, TieredCache } from '@org/tiered-cache'
import { describe, expect, it, onTestFinished } from 'vitest'

const DEADLINE_MS = 300

/** A tier at the other end of a socket: each read is a byte there and a byte back. It holds nothing. */
class SocketTier implements Tier {
  readonly name = 'far'
  readonly shared = false
  readonly sync = false
  readonly deadline = DEADLINE_MS
  readonly #send: (socket: Socket) => void
  readonly #socket: Socket
  readonly #waiting: (() => void)[] = []

  /** `send` writes a byte, now or later in the loop. */
  constructor(socket: Socket, send: (socket: Socket) => void) {
    this.#socket = socket
    this.#send = send
    socket.on('data', (bytes) => this.#waiting.splice(0, bytes.length).forEach((answer) => answer()))
  }

  get(): Promise<Entry | undefined> {
    this.#send(this.#socket)
    return new Promise((resolve) => this.#waiting.push(() => resolve(undefined)))
  }

  async set(): Promise<void> {}
  async delete(): Promise<void> {}
}

/** Nothing of this thread runs meanwhile. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

async function setUp(send: (socket: Socket) => void) {
  const worker = new Worker(new URL('echo-server.fixture.ts', import.meta.url))
  const [port] = (await once(worker, 'message')) as [number]
  const socket = connect(port, '127.0.0.1').setNoDelay(true)
  await once(socket, 'connect')
  const cache = new TieredCache<string>({ tiers: [new SocketTier(socket, send)] })
  onTestFinished(async () => {
    socket.destroy()
    await worker.terminate()
  })
  await cache.get('warm')
  return cache
}

describe('An event loop that is blocked for longer than the deadline', () => {
  it.each([
    ['was sent before', (socket: Socket) => void socket.write('?')],
    [
      'is sent in the next turn, as clients that gather commands do',
      (socket: Socket) => void setImmediate(() => socket.write('?')),
    ],
    [
      'is sent in the turn after the next',
      (socket: Socket) => void setImmediate(() => void setImmediate(() => socket.write('?'))),
    ],
  ])('is not the fault of a tier whose request %s', async (_, send) => {
    const cache = await setUp(send)
    const reads = Array.from({ length: 10 }, (__, at) => cache.get(`key ${at}`))
    block(2 * DEADLINE_MS)
    await Promise.all(reads)
    expect(cache.stats().tiers['far']).toMatchObject({ misses: 11, faults: 0, available: true })
  })

  it('does not hide that a tier is silent', async () => {
    const sends: Socket[] = []
    const cache = await setUp((socket) => {
      if (sends.push(socket) === 1) socket.write('?')
    })
    const reads = Array.from({ length: 10 }, (__, at) => cache.get(`key ${at}`))
    block(2 * DEADLINE_MS)
    await Promise.all(reads)
    expect(cache.stats().tiers['far']).toMatchObject({ faults: 5, available: false })
  })
})
