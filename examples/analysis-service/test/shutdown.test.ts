import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer } from 'node:http'
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

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s answers the analysis under way and takes no more',
    { timeout: 60_000 },
    async (signal) => {
      const { client, standIn, kill, end, output, temporary } = await start()
      standIn.faults.add({ kind: 'slow', ms: 2_000, times: 1 })
      const underWay = client.analyze(newRecording())
      await eventually(() => standIn.seen.chat === 1)
      kill(signal)
      await eventually(() => output().includes(`Stopping after ${signal}`))
      await expect(fetch(`${client.url}/health`)).rejects.toThrow()
      const answer = await underWay
      expect(answer).toMatchObject({ status: 200, body: { source: 'computed', feedback: { source: 'llm' } } })
      expect(answer.headers.get('connection')).toBe('close')
      expect(await end).toBe(0)
      expect(readdirSync(temporary)).toEqual([])
    },
  )

  it('cuts off what takes longer than requests may, and loads that nobody waits for', { timeout: 60_000 }, async () => {
    const { client, standIn, close, log } = await startNode()
    standIn.faults.add({ kind: 'mute' })
    const lost = expect(client.analyze(newRecording())).rejects.toThrow()
    await eventually(() => standIn.seen.chat === 1)
    await close(0)
    await lost
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
