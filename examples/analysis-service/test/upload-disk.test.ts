import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { eventually } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createStandIn } from '../src/stand-in/stand-in.ts'
import { type ChildNode, startChild } from './child-node.fixture.ts'
import { linesOf, temporaryDirectory } from './node.fixture.ts'
import { newRecording, sample } from './recordings.ts'

interface DiskNode extends ChildNode {
  readonly log: () => readonly Record<string, unknown>[]
}

/** The service as its own process, whose uploads go to `temporary`. */
async function start(temporary: string): Promise<DiskNode> {
  const directory = temporaryDirectory()
  const standIn = await createStandIn()
  onTestFinished(() => standIn.close())
  const logFile = join(directory, 'service.log')
  const env = { CACHE_DIR: join(directory, 'cache'), LOG_FILE: logFile, TMPDIR: temporary }
  const child = await startChild({ ...env, GIGACHAT_URL: standIn.url, GIGACHAT_KEY: standIn.key })
  return { ...child, log: () => linesOf(logFile) }
}

/** The directories of uploads and what is in them. */
function uploadsIn(temporary: string): Record<string, readonly string[]> {
  return Object.fromEntries(readdirSync(temporary).map((name) => [name, readdirSync(join(temporary, name))]))
}

/** Begins an upload and leaves it so. */
function begin(url: string): void {
  const headers = { 'content-type': 'audio/wav', 'content-length': 1_000_000 }
  const upload = request(`${url}/analyze`, { method: 'POST', headers })
  upload.on('error', () => {})
  onTestFinished(() => void upload.destroy())
  upload.write(sample('calm'))
}

/** A disk of 1 MB. */
function smallDisk(): string {
  const directory = temporaryDirectory()
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory])
  expect(status, `this test mounts a small tmpfs, which takes root on Linux: ${String(stderr)}`).toBe(0)
  onTestFinished(() => void spawnSync('umount', ['-l', directory]))
  return directory
}

describe('the disk of uploads', () => {
  it('is cleared at the next start of what a killed process has left, and of nothing else', {
    timeout: 60_000,
  }, async () => {
    const temporary = temporaryDirectory()
    const neighbour = await start(temporary)
    begin(neighbour.client.url)
    await eventually(() => Object.values(uploadsIn(temporary)).flat().length === 1)
    const untouched = uploadsIn(temporary)

    const killed = await start(temporary)
    begin(killed.client.url)
    await eventually(() => Object.values(uploadsIn(temporary)).flat().length === 2)
    killed.kill('SIGKILL')
    expect(await killed.end).toBe('SIGKILL')
    const left = uploadsIn(temporary)
    expect(Object.values(left).flat()).toHaveLength(2)

    const next = await start(temporary)
    const now = uploadsIn(temporary)
    expect(now).toMatchObject(untouched)
    expect(Object.keys(now)).toHaveLength(2)
    expect(Object.values(now).flat()).toHaveLength(1)
    const [removed] = next.log().filter((line) => line['logger'] === 'service.uploads')
    expect(Object.keys(left)).toContain(removed?.['directory'])
    expect((await neighbour.client.analyze(newRecording())).status).toBe(200)
    expect((await next.client.analyze(newRecording())).status).toBe(200)
  })

  it('that is full costs the upload that fills it, and no other', { timeout: 60_000 }, async () => {
    const disk = smallDisk()
    const { client, log } = await start(disk)
    const large = new Uint8Array(3 * 1024 ** 2)
    for (const send of [() => client.analyze(large), () => client.analyzeForm(large)]) {
      const answer = await send()
      expect(answer).toMatchObject({ status: 500, body: { error: { code: 'ERR_INTERNAL' } } })
      expect(Object.values(uploadsIn(disk))).toEqual([[]])
      const id = answer.headers.get('x-request-id')
      const lines = log().filter((line) => line['logger'] === 'service.http' && line['request_id'] === id)
      expect(lines).toMatchObject([{ level: 'ERROR', message: 'a request failed' }])
      expect(JSON.stringify(lines)).toContain('ENOSPC')
      expect((await client.analyze(newRecording())).status).toBe(200)
      expect((await client.analyzeForm(newRecording())).status).toBe(200)
    }
    expect(Object.values(uploadsIn(disk))).toEqual([[]])
  })
})
