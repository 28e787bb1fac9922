import { closeSync, constants, openSync } from 'node:fs'
import type { ContestantId } from '../contestants.ts'
import { placeIn, withFolder } from '../place.ts'
import type { Place } from '../subject.ts'
import { runChild } from './child.ts'
import { succeeds } from './system-command.ts'

/** What flood.ts is told. */
export interface FloodJob {
  readonly contestant: ContestantId
  readonly place: Place
  readonly floodMs: number
}

/** What it says ten times a second, as long as its event loop turns. */
export interface Heartbeat {
  readonly atMs: number
  readonly lines: number
  readonly rssBytes: number
}

/** What became of a process whose log is a pipe that nobody reads. */
export interface PipeOutcome {
  readonly contestant: ContestantId
  /** Whether the event loop turned to the last. */
  readonly turns: boolean
  /** Lines logged while it turned. */
  readonly lines: number
  /** How much the process grew meanwhile. */
  readonly grownBytes: number
  /** Whether `process.exit` ended it. */
  readonly exits: boolean
}

const ENTRY = new URL('flood.ts', import.meta.url)
/** What `process.exit` may take, the start of the process included. */
const EXIT_MS = 4000
/** Memory grows at first in any case: code is compiled and the heap takes its usual size. */
const SETTLED_MS = 300

/** Floods a pipe that nobody reads. `undefined` where this system has no named pipes. */
export function floodPipe(
  contestant: ContestantId,
  floodMs: number,
  runFolder: string,
  signal: AbortSignal,
): Promise<PipeOutcome | undefined> {
  return withFolder(runFolder, async (folder) => {
    const place = placeIn(folder, { place: 'file', isNull: false })
    const pipe = openPipe(place.path)
    if (pipe === undefined) return undefined
    try {
      const job: FloodJob = { contestant, place, floodMs }
      const end = await runChild({ entry: ENTRY, job, limitMs: floodMs + EXIT_MS }, signal)
      return outcomeOf(contestant, floodMs, end.stdout, !end.isOverdue && end.code === 0)
    } finally {
      closeSync(pipe)
    }
  })
}

/** A descriptor that holds the pipe open and never reads it. */
function openPipe(path: string): number | undefined {
  return succeeds('mkfifo', path) ? openSync(path, constants.O_RDWR | constants.O_NONBLOCK) : undefined
}

function outcomeOf(contestant: ContestantId, floodMs: number, stdout: string, exits: boolean): PipeOutcome {
  const beats = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Heartbeat)
  const last = beats.at(-1)
  const settled = beats.find((beat) => beat.atMs >= SETTLED_MS)
  return {
    contestant,
    turns: last !== undefined && last.atMs >= floodMs,
    lines: last?.lines ?? 0,
    grownBytes: last === undefined || settled === undefined ? 0 : last.rssBytes - settled.rssBytes,
    exits,
  }
}
