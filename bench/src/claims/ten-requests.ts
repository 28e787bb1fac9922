import type { Ground } from '../contestants/contestant.ts'
import { formatMs } from '../report/format.ts'
import { about, type ClaimResult, type Finding, judge } from './claim.ts'
import { type RequestRun, runRequests } from './requests.ts'

const ANALYSIS_MS = 45_000
const SCALE = 100
const HITS = 9
const DISK_MS = 81_000
const MEMORY_MS = 47_700
const SAVED_MS = DISK_MS - MEMORY_MS

const DISK = about(DISK_MS, 'lower')
const MEMORY = about(MEMORY_MS, 'lower')
const SAVED = about(SAVED_MS, 'higher')

/** What ten equal requests found for one payload: with disk only, with memory, and the difference. */
export interface TenFindings {
  readonly disk: Finding
  readonly memory: Finding
  readonly saved: Finding
}

/** Ten equal requests of one analysis, run with the analysis a hundred times shorter than the claimed 45 s. */
export async function tenRequests(ground: Ground): Promise<TenFindings> {
  const plan = { ground, name: 'ten', count: HITS + 1, loadMs: ANALYSIS_MS / SCALE }
  const disk = await runRequests({ ...plan, withMemory: false })
  const memory = await runRequests({ ...plan, withMemory: true })
  return tenFindings(ground.payload.label, disk, memory)
}

/** The verdicts are on the full analysis and nine measured hits; the scaled run is printed beside. */
export function tenFindings(payload: string, disk: RequestRun, memory: RequestRun): TenFindings {
  const diskMs = ANALYSIS_MS + HITS * disk.hitMs
  const memoryMs = ANALYSIS_MS + HITS * memory.hitMs
  const savedMs = diskMs - memoryMs
  return {
    disk: {
      payload,
      value: diskMs,
      measured: projected(diskMs, disk),
      verdict: judge(diskMs, DISK),
      reason: `a disk hit takes ${formatMs(disk.hitMs)}, the claim counts ${formatMs((DISK_MS - ANALYSIS_MS) / HITS)}`,
    },
    memory: {
      payload,
      value: memoryMs,
      measured: projected(memoryMs, memory),
      verdict: judge(memoryMs, MEMORY),
      reason: `a memory hit takes ${formatMs(memory.hitMs)}, the claim counts ${formatMs((MEMORY_MS - ANALYSIS_MS) / HITS)}`,
    },
    saved: {
      payload,
      value: savedMs,
      measured: `${formatMs(savedMs)} (${((100 * savedMs) / diskMs).toFixed(2)} %)`,
      verdict: judge(savedMs, SAVED),
      reason: `the one analysis is ${formatMs(ANALYSIS_MS)} either way; nine hits are all that memory can shorten`,
    },
  }
}

function projected(totalMs: number, run: RequestRun): string {
  const loads = run.loads === 1 ? '' : `, ${run.loads} loads`
  return `${(totalMs / 1000).toFixed(2)} s (run at 1:${SCALE}: ${(run.totalMs / 1000).toFixed(3)} s${loads})`
}

export function tenRequestsClaims(findings: readonly TenFindings[]): ClaimResult[] {
  const common = { unit: 'ms', remark: undefined } as const
  return [
    {
      ...common,
      id: 'ten-requests-disk',
      claim: 'Ten equal requests of a 45 s analysis take 81 s with disk only',
      claimed: '81 s',
      range: DISK,
      findings: findings.map((finding) => finding.disk),
    },
    {
      ...common,
      id: 'ten-requests-memory',
      claim: 'The same ten requests take 47.7 s with memory',
      claimed: '47.7 s',
      range: MEMORY,
      findings: findings.map((finding) => finding.memory),
    },
    {
      ...common,
      id: 'ten-requests-saved',
      claim: 'So memory saves 33.3 s of the 81 s',
      claimed: '33.3 s',
      range: SAVED,
      findings: findings.map((finding) => finding.saved),
      remark: 'the source calls this 70 % saved, but 33.3 of 81 s is 41 %',
    },
  ]
}
