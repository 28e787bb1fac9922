import { renameSync, symlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { threadId, workerData } from 'node:worker_threads'
import { withFileLock } from '../src/sinks/file-lock.ts'

/** What the threads of the crowd share. */
export interface CrowdOrder {
  readonly path: string
  readonly rounds: number
  readonly deadPid: number
  /** How many are inside, how often somebody was, how often two were at once. */
  readonly counts: Int32Array
}

const { path, rounds, deadPid, counts } = workerData as CrowdOrder

function work(): void {
  if (Atomics.add(counts, 0, 1) !== 0) Atomics.add(counts, 2, 1)
  const entry = Atomics.add(counts, 1, 1)
  Atomics.wait(counts, 3, 0, 0.05)
  Atomics.sub(counts, 0, 1)
  // Dies with the lock in its hand.
  if (entry % 3 === 0) {
    symlinkSync(`${deadPid} 0 ${hostname()}`, `${path}.${threadId}`)
    renameSync(`${path}.${threadId}`, path)
  }
}

for (let round = 0; round < rounds; round++) withFileLock(path, work)
