import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Ground } from '../contestants/contestant.ts'
import { formatMs } from '../report/format.ts'
import type { ClaimResult, Finding } from './claim.ts'

const CHILD = fileURLToPath(new URL('restart-child.ts', import.meta.url))

/** What a process saw of a cache whose files an earlier process had written. */
export interface AfterRestart {
  /** Until every tier was open. */
  readonly openMs: number
  /** Entries in memory before the first read. */
  readonly memoryEntries: number
  /** The tiers that answered the two reads, by the cache's own events; empty for a miss. */
  readonly tiers: readonly string[]
  readonly readMs: readonly number[]
}

/** Two processes, one after another, over the same folder: the first stores, the second reads twice. */
export async function restart(ground: Ground): Promise<Finding> {
  const folder = join(ground.folder, 'restart')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'payload.json'), JSON.stringify(ground.payload.value))
  await inProcess(folder, 'store')
  const seen = await inProcess(folder, 'read')
  return restartFinding(ground.payload.label, seen)
}

export function restartFinding(payload: string, { openMs, memoryEntries, tiers, readMs }: AfterRestart): Finding {
  const [first = 'nowhere', second = 'nowhere'] = tiers
  const holds = memoryEntries === 0 && first === 'disk' && second === 'memory'
  const [firstMs = Number.NaN, secondMs = Number.NaN] = readMs
  return {
    payload,
    value: undefined,
    measured: `first read: ${first}, ${formatMs(firstMs)}; second: ${second}, ${formatMs(secondMs)}`,
    verdict: holds ? 'holds' : 'does not hold',
    reason: `a new process: memory held ${memoryEntries} entries, the disk tier was open after ${formatMs(openMs)}`,
  }
}

export function restartClaim(findings: readonly Finding[]): ClaimResult {
  return {
    id: 'restart',
    claim: 'After a restart memory is empty and the first read comes from disk',
    claimed: 'disk first',
    range: undefined,
    unit: 'ms',
    findings,
    remark: undefined,
  }
}

async function inProcess(folder: string, phase: 'store' | 'read'): Promise<AfterRestart> {
  const child = fork(CHILD, [folder, phase])
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the process of the restart scenario ended with code ${code} and no answer`)
  })
  const [message] = await Promise.race([once(child, 'message'), failed])
  return message as AfterRestart
}
