import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { Agent, createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { eventually } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createStandIn, type StandIn } from '../src/stand-in/stand-in.ts'
import { type ChildNode, launch, startChild } from './child-node.fixture.ts'
import { startNode, temporaryDirectory } from './node.fixture.ts'
import { newRecording } from './recordings.ts'

interface Running extends ChildNode {
  readonly standIn: StandIn
  readonly temporary: string
}

async function start(): Promise<Running> {
  const directory = temporaryDirectory()
  const temporary = temporaryDirectory()
  const standIn = await createStandIn()
  onTestFinished(() => standIn.close())
  const child = await startChild({
    CACHE_DIR: join(directory, 'cache'),
    LOG_FILE: join(directory, 'service.log'),
    TMPDIR: temporary,
    GIGACHAT_URL: standIn.url,
    GIGACHAT_KEY: standIn.key,
  })
  return { ...child, standIn, temporary }
}

/** The status of an address, asked for over the connections of `agent`, and what its head says about the time to come. */
async function ask(url: string, agent: Agent) {
  const request = get(url, { agent })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  const { 'retry-after': retryAfter, connection } = response.headers
  return { status: response.statusCode, isReused: request.reusedSocket, retryAfter, connection }
}

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s answers the analysis under way and tells all who come to come back',
    { timeout: 60_000 },
    async (signal) => {
      const { client, standIn, kill, end, output, temporary } = await start()
      standIn.faults.add({ kind: 'slow', ms: 2_000, times: 1 })
      const underWay = client.analyze(newRecording())
      await eventually(() => standIn.seen.chat === 1)
      kill(signal)
      await eventually(() => output().includes(`Stopping after ${signal}`))
      const refused = await client.analyze(newRecording())
      expect(refused).toMatchObject({ status: 503, body: { error: { code: 'ERR_BUSY' } } })
      expect(refused.body.requestId).toBe(refused.headers.get('x-request-id'))
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      const answer = await underWay
      expect(answer).toMatchObject({ status: 200, body: { source: 'computed', feedback: { source: 'llm' } } })
      expect(answer.headers.get('connection')).toBe('close')
      expect(await end).toBe(0)
      expect(readdirSync(temporary)).toEqual([])
      await expect(fetch(`${client.url}/health/live`)).rejects.toThrow()
    },
  )

  it('is not ready any more, but lives until the last answer, on connections old and new', {
    timeout: 60_000,
  }, async () => {
    const { client, standIn, close } = await startNode()
    const [old, fresh] = [1, 2].map(() => new Agent({ keepAlive: true, maxSockets: 1 })) as [Agent, Agent]
    onTestFinished(() => [old, fresh].forEach((agent) => agent.destroy()))
    expect(await ask(`${client.url}/health/ready`, old)).toMatchObject({ status: 200, connection: 'keep-alive' })
    standIn.faults.add({ kind: 'slow', ms: 2_000, times: 1 })
    const underWay = client.analyze(newRecording())
    await eventually(() => standIn.seen.chat === 1)
    const end = close()
    const unready = { status: 503, retryAfter: '5', connection: 'close' }
    expect(await ask(`${client.url}/health/ready`, old)).toEqual({ ...unready, isReused: true })
    expect(await ask(`${client.url}/health/ready`, fresh)).toEqual({ ...unready, isReused: false })
    expect(await ask(`${client.url}/health`, fresh)).toMatchObject(unready)
    expect(await ask(`${client.url}/health/live`, fresh)).toMatchObject({ status: 200 })
    expect((await underWay).status).toBe(200)
    await end
    await expect(ask(`${client.url}/health/live`, fresh)).rejects.toThrow('ECONNREFUSED')
  })

  it('refuses those who wait for their turn at once, and lets run who runs', { timeout: 60_000 }, async () => {
    const { client, standIn, close, log } = await startNode({ env: { MAX_PARALLEL: '1' } })
    standIn.faults.add({ kind: 'slow', ms: 3_000, times: 1 })
    const order: string[] = []
    const running = client.analyze(newRecording()).finally(() => order.push('running'))
    await eventually(() => standIn.seen.chat === 1)
    const shared = newRecording()
    const waiting = [newRecording(), shared, shared].map((recording) =>
      client.analyze(recording).finally(() => order.push('waiting')),
    )
    await eventually(async () => (await client.pipelineStats()).queue_length === 2)
    await eventually(async () => (await client.cacheStats()).total_requests === 4)
    const end = close()
    for (const answer of await Promise.all(waiting)) {
      expect(answer).toMatchObject({ status: 503, body: { error: { code: 'ERR_BUSY' } } })
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(await running).toMatchObject({ status: 200, body: { feedback: { source: 'llm' } } })
    expect(order).toEqual(['waiting', 'waiting', 'waiting', 'running'])
    await end
    expect(standIn.seen.chat).toBe(1)
    expect(log().filter((line) => line['level'] === 'WARN' && line['logger'] === 'service')).toEqual([])
  })

  it('cuts off what takes longer than requests may, and says how many', { timeout: 60_000 }, async () => {
    const { client, standIn, close, log } = await startNode()
    standIn.faults.add({ kind: 'mute' })
    const lost = [1, 2].map(() => expect(client.analyze(newRecording())).rejects.toThrow())
    await eventually(() => standIn.seen.chat === 2)
    await close(0)
    await Promise.all(lost)
    expect(log().filter((line) => line['level'] === 'WARN' && line['logger'] === 'service')).toMatchObject([
      { message: 'requests took too long at the end and were cut off', requests: 2 },
    ])
    expect(log().filter(({ level }) => level === 'ERROR')).toEqual([])
  })

  it('by a second signal comes at once', { timeout: 60_000 }, async () => {
    const { client, standIn, kill, end, output } = await start()
    standIn.faults.add({ kind: 'mute' })
    const underWay = client.analyze(newRecording())
    const lost = expect(underWay).rejects.toThrow()
    await eventually(() => standIn.seen.chat === 1)
    kill('SIGTERM')
    await eventually(() => output().includes('Stopping'))
    kill('SIGTERM')
    expect(await end).toBe(143)
    await lost
  })
})

describe('the start', () => {
  it('ends with one clear line where a variable is wrong', { timeout: 60_000 }, async () => {
    const { output, end } = launch({ MAX_PARALLEL: 'lots', STATS_TOKEN: 'short-secret' })
    expect(await end).toBe(1)
    expect(output()).toBe(
      'The service cannot start: MAX_PARALLEL must be a whole number of 1 to 1000; STATS_TOKEN must be at least 16 characters\n',
    )
  })

  it('ends with the reason where the port is taken, and leaves nothing behind', { timeout: 60_000 }, async () => {
    const [directory, temporary] = [temporaryDirectory(), temporaryDirectory()]
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const env = { CACHE_DIR: join(directory, 'cache'), LOG_FILE: join(directory, 'log'), TMPDIR: temporary }
    const { output, end } = launch({ ...env, PORT: String(port) })
    expect(await end).toBe(1)
    expect(output()).toContain('EADDRINUSE')
    expect(readdirSync(temporary)).toEqual([])
  })

  it('says that a stand-in answers where there is no key', { timeout: 60_000 }, async () => {
    const directory = temporaryDirectory()
    const env = { CACHE_DIR: join(directory, 'cache'), LOG_FILE: join(directory, 'log'), GIGACHAT_KEY: '' }
    const { client, output } = await startChild(env)
    expect(output()).toContain('a stand-in answers')
    expect((await client.analyze(newRecording())).body.feedback).toMatchObject({ source: 'llm' })
  })
})
