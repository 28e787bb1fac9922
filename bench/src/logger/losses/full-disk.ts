import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContestantId } from '../contestants.ts'
import { placeIn, withFolder } from '../place.ts'
import { readLogs } from '../proof.ts'
import type { Place } from '../subject.ts'
import { type ChildEnd, runChild } from './child.ts'
import { succeeds } from './system-command.ts'

/** What fill.ts is told. */
export interface FillJob {
  readonly contestant: ContestantId
  readonly place: Place
  /** The file to remove so that there is room again. */
  readonly filler: string
  readonly lines: number
  readonly linesAfter: number
}

/** What it says before it ends. */
export interface FillReport {
  /** Log calls that threw. */
  readonly threw: number
  /** Lines that the contestant itself says it dropped, where it counts them. */
  readonly dropped: number | undefined
}

/** What became of a process whose disk was full for a while. */
export interface DiskOutcome {
  readonly contestant: ContestantId
  readonly logged: number
  /** Whole lines in the file at the end. */
  readonly kept: number
  /** Of the lines logged when there was room again. */
  readonly lostAfter: number
  readonly twice: number
  readonly torn: number
  readonly threw: number
  readonly dropped: number | undefined
  readonly end: 'ended' | 'crashed' | 'hung'
}

const ENTRY = new URL('fill.ts', import.meta.url)
const LIMIT_MS = 15_000
const LINES = 3000
const LINES_AFTER = 300
const DISK_BYTES = 4 * 1024 ** 2
const ROOM_BYTES = 200 * 1024

/** Fills a small disk. `undefined` where none can be mounted here, which root on Linux can. */
export function fillDisk(
  contestant: ContestantId,
  runFolder: string,
  signal: AbortSignal,
): Promise<DiskOutcome | undefined> {
  return withFolder(runFolder, async (folder) => {
    const disk = join(folder, 'disk')
    mkdirSync(disk)
    if (!succeeds('mount', '-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk)) return undefined
    try {
      const filler = join(disk, 'filler')
      writeFileSync(filler, Buffer.alloc(DISK_BYTES - ROOM_BYTES))
      const place = placeIn(disk, { place: 'file', isNull: false })
      const job: FillJob = { contestant, place, filler, lines: LINES, linesAfter: LINES_AFTER }
      const end = await runChild({ entry: ENTRY, job, limitMs: LIMIT_MS }, signal)
      return outcomeOf(contestant, disk, end)
    } finally {
      succeeds('umount', '-l', disk)
    }
  })
}

function outcomeOf(contestant: ContestantId, disk: string, { stdout, isOverdue }: ChildEnd): DiskOutcome {
  const { counts, torn } = readLogs(disk)
  const report = stdout === '' ? undefined : (JSON.parse(stdout) as FillReport)
  const keptAfter = [...counts.keys()].filter((seq) => seq >= LINES).length
  return {
    contestant,
    logged: LINES + LINES_AFTER,
    kept: counts.size,
    lostAfter: LINES_AFTER - keptAfter,
    twice: [...counts.values()].filter((count) => count > 1).length,
    torn,
    threw: report?.threw ?? 0,
    dropped: report?.dropped,
    end: isOverdue ? 'hung' : report === undefined ? 'crashed' : 'ended',
  }
}
