import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { CrowdOrder } from './file-lock.crowd.fixture.ts'
import { freshDirectory } from './rotating-file.fixture.ts'

const THREAD = join(import.meta.dirname, 'file-lock.crowd.fixture.ts')

describe('withFileLock', () => {
  it('lets in one at a time of a crowd, of whom one in three dies inside', async () => {
    const counts = new Int32Array(new SharedArrayBuffer(16))
    const deadPid = spawnSync(process.execPath, ['-e', '']).pid
    const order: CrowdOrder = { path: join(freshDirectory(), 'app.log.lock'), rounds: 5_000, deadPid, counts }
    const threads = Array.from({ length: 4 }, () => new Worker(THREAD, { workerData: order }))
    await Promise.all(threads.map((thread) => once(thread, 'exit')))
    const [inside, entries, clashes] = counts
    expect({ inside, clashes }).toEqual({ inside: 0, clashes: 0 })
    // However busy the machine, it is a crowd.
    expect(entries).toBeGreaterThan(50)
  }, 60_000)
})
