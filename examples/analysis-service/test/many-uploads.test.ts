import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { type ClientRequest, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { eventually } from '@org/testkit'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Answer } from './client.ts'
import { type NodeOptions, type ServiceNode, startNode, temporaryDirectory } from './node.fixture.ts'
import { newRecording } from './recordings.ts'

const MB = 1024 ** 2

interface FullNode extends ServiceNode {
  /** Who holds the space: one for the place, four more. */
  readonly holders: readonly ClientRequest[]
  readonly files: () => readonly string[]
}

/** A node whose space is taken by uploads that have announced the largest size, and by `left` fewer. */
async function startFull(options: NodeOptions & { size?: number; left?: number } = {}): Promise<FullNode> {
  const { size = MB, left = 0 } = options
  const temporary = temporaryDirectory()
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => void vi.unstubAllEnvs())
  const env = { MAX_PARALLEL: '1', MAX_QUEUE: '0', MAX_UPLOAD: String(size) }
  const node = await startNode({ env })
  const files = (): readonly string[] =>
    readdirSync(temporary)
      .filter((name) => name.startsWith('analysis-service-'))
      .flatMap((name) => readdirSync(join(temporary, name)))
  const holders = Array.from({ length: 5 - left }, () => holder(node.client.url, size))
  await eventually(() => files().length === holders.length)
  return { ...node, holders, files }
}

/** A client that announces the largest upload and sends a little of it. */
function holder(url: string, size: number, headers: Record<string, string | number> = { 'content-length': size }) {
  const upload = request(`${url}/analyze`, { method: 'POST', headers: { 'content-type': 'audio/wav', ...headers } })
  upload.on('error', () => {})
  onTestFinished(() => void upload.destroy())
  upload.write(Buffer.alloc(1_000))
  return upload
}

interface RawClient {
  readonly socket: Socket
  /** What came back so far. */
  readonly text: () => string
  readonly closed: Promise<unknown>
}

/** Sends the head of an upload and nothing else. */
async function announce(url: string, bytes: number): Promise<RawClient> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  let text = ''
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
  socket.on('error', () => {})
  const closed = new Promise((resolve) => socket.once('close', resolve))
  await once(socket, 'connect')
  socket.write(`POST /analyze HTTP/1.1\r\nhost: x\r\ncontent-type: audio/wav\r\ncontent-length: ${bytes}\r\n\r\n`)
  return { socket, text: () => text, closed }
}

function expectBusy({ status, headers, body }: Answer): void {
  expect({ status, code: body.error.code }).toEqual({ status: 503, code: 'ERR_BUSY' })
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  expect(body.requestId).toBe(headers.get('x-request-id'))
}

describe('many uploads at once', { timeout: 60_000 }, () => {
  it('are refused once the largest of them have taken the space, and let in when one has gone', async () => {
    const { client, holders, files } = await startFull()
    expectBusy(await client.analyze(newRecording()))
    expectBusy(await client.analyzeForm(newRecording()))
    expect(files()).toHaveLength(5)
    holders[0]?.destroy()
    await eventually(() => files().length === 4)
    expect((await client.analyze(newRecording())).status).toBe(200)
  })

  it('hold their space until their files are gone, those without a length that of the largest', async () => {
    const { client, standIn, files } = await startFull({ left: 1 })
    standIn.faults.add({ kind: 'slow', ms: 3_000, times: 1 })
    const recording = newRecording()
    const body = new ReadableStream({
      start(stream) {
        stream.enqueue(recording)
        stream.close()
      },
    })
    const init = { method: 'POST', headers: { 'content-type': 'audio/wav' }, body, duplex: 'half' }
    const analysed = fetch(`${client.url}/analyze`, init as RequestInit)
    await eventually(() => standIn.seen.chat === 1)
    expectBusy(await client.analyze(recording))
    expect((await analysed).status).toBe(200)
    await eventually(() => files().length === 4)
    expect((await client.analyze(recording)).body.source).toBe('memory')
  })

  it('that fail give their space back', async () => {
    const { client, files } = await startFull({ left: 1 })
    const failing = [
      () => client.analyze('no audio'),
      () => client.analyze(new Uint8Array(3 * MB)),
      () => client.analyze(newRecording(), { query: '?pauseSeconds=99' }),
      () => client.post(new FormData()),
      async () => {
        const upload = holder(client.url, MB, { 'transfer-encoding': 'chunked' })
        await eventually(() => files().length === 5)
        upload.destroy()
        await eventually(() => files().length === 4)
      },
    ]
    for (const fail of failing) {
      await fail()
      await fail()
    }
    expect((await client.analyze(newRecording())).status).toBe(200)
  })

  it('are answered before any of the body is sent, and not waited for', async () => {
    const { client } = await startFull()
    const silent = await announce(client.url, MB)
    await eventually(() => silent.text().includes('"ERR_BUSY"'))
    expect(silent.text()).toMatch(/^HTTP\/1\.1 503 .*\r\n/)
    expect(silent.text()).toMatch(/\r\nconnection: close\r\n/i)
    expect(silent.text()).toMatch(/\r\nretry-after: \d+\r\n/i)
    await silent.closed
  })

  it('are cut off where they go on sending, after their answer', async () => {
    const bytes = 50 * MB
    const { client, files } = await startFull({ size: bytes })
    const { socket, text, closed } = await announce(client.url, bytes)
    const chunk = Buffer.alloc(MB)
    let sent = 0
    const send = (): void => {
      while (!socket.destroyed && sent < bytes) {
        sent += chunk.length
        if (!socket.write(chunk)) return void socket.once('drain', send)
      }
    }
    send()
    await closed
    expect(text()).toContain('"ERR_BUSY"')
    expect(sent).toBeLessThan(bytes / 2)
    expect(files()).toHaveLength(5)
  })

  it('get their answer though they send all before they read', async () => {
    const { client } = await startFull({ size: 2 * MB })
    for (let time = 0; time < 20; time++) {
      const late = await announce(client.url, MB)
      late.socket.pause()
      late.socket.write(Buffer.alloc(MB))
      await eventually(() => late.socket.writableLength === 0)
      late.socket.resume()
      await late.closed
      expect(late.text()).toMatch(/"ERR_BUSY".*\}$/)
    }
  })

  it('find their answer there though they look for it late, and send on until then', async () => {
    const { client } = await startFull({ size: 20 * MB })
    for (let time = 0; time < 5; time++) {
      const late = await announce(client.url, 20 * MB)
      late.socket.pause()
      late.socket.write(Buffer.alloc(20 * MB))
      // By then the answer has long been given. Were its connection closed, that would be lost with what is still to be sent.
      for (let turns = 0; turns < 1_000; turns++) await turn()
      late.socket.resume()
      await eventually(() => late.text().endsWith('}}'))
      expect(late.text()).toContain('"ERR_BUSY"')
      late.socket.destroy()
    }
  })

  it('that are small are let in by the hundred', async () => {
    const { client } = await startFull({ left: 4, size: 10 * MB })
    const recording = newRecording()
    const answers = await Promise.all(Array.from({ length: 200 }, () => client.analyze(recording)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })
})
