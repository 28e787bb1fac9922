import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockWithin, tryLock } from './kernel-lock.ts'

let directory: string
let file: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kernel-lock-'))
  file = join(directory, 'it.lock')
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

describe('tryLock', () => {
  it('has one holder at a time, in one process too', () => {
    const first = tryLock(file)
    expect(first).toBeDefined()
    expect(tryLock(file)).toBeUndefined()
    // To be refused, the second has opened and closed the file: the first still has it.
    expect(tryLock(file)).toBeUndefined()
    first?.release()
    first?.release()
    const second = tryLock(file)
    expect(second).toBeDefined()
    first?.release()
    expect(tryLock(file)).toBeUndefined()
    second?.release()
  })

  it('leaves one empty file, for nobody but its user', async () => {
    const lock = tryLock(file)
    expect(await readdir(directory)).toEqual(['it.lock'])
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    lock?.release()
    expect(await readdir(directory)).toEqual(['it.lock'])
    expect((await stat(file)).size).toBe(0)
  })

  it('holds against another thread', async () => {
    const lock = tryLock(file)
    const locksIn = `import('${new URL('kernel-lock.ts', import.meta.url).href}').then(({ tryLock }) =>
      require('node:worker_threads').parentPort.postMessage(tryLock(${JSON.stringify(file)}) !== undefined))`
    const inThread = async (): Promise<unknown> => {
      const worker = new Worker(locksIn, { eval: true })
      try {
        return await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
      } finally {
        await worker.terminate()
      }
    }
    expect(await inThread()).toBe(false)
    lock?.release()
    expect(await inThread()).toBe(true)
  })

  it('takes a file that holds garbage', async () => {
    await writeFile(file, 'garbage'.repeat(1_000))
    const lock = tryLock(file)
    expect(lock).toBeDefined()
    expect(tryLock(file)).toBeUndefined()
    lock?.release()
  })

  it('throws the error of the disk', () => {
    expect(() => tryLock(join(directory, 'none', 'it.lock'))).toThrow('unable to open database file')
  })
})

describe('lockWithin', () => {
  it('waits for the holder', async () => {
    const first = tryLock(file)
    const second = lockWithin(file, 5_000)
    first?.release()
    const lock = await second
    expect(tryLock(file)).toBeUndefined()
    lock.release()
  })

  it('rejects when the holder stays too long', async () => {
    const first = tryLock(file)
    await expect(lockWithin(file, 10)).rejects.toThrow(`another process has held ${file} for 10 ms`)
    first?.release()
  })
})
