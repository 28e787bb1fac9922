import type { ContestantId } from '../contestants.ts'

/** How a process ends. */
type Ending = 'exit' | 'uncaught' | 'SIGTERM' | 'SIGKILL' | 'end'

/** A way to die, and what was logged before it. */
export interface Death {
  readonly id: string
  readonly ending: Ending
  readonly lines: number
  /** Lines in one turn of the event loop; the process dies in the turn of the last one where it takes all of them. */
  readonly linesPerTurn: number
  readonly level: 'info' | 'error'
  /** Between the last line and the end. */
  readonly idleMs: number
}

const LINES = 2000

/** The deaths in the order they are told. */
export const DEATHS = [
  ...ofBoth('exit'),
  ...ofBoth('uncaught'),
  ...ofBoth('SIGTERM'),
  ...ofBoth('SIGKILL'),
  ...ofBoth('end'),
  { id: 'idle', ending: 'SIGKILL', lines: 10, linesPerTurn: 10, level: 'info', idleMs: 1000 },
  { id: 'errors', ending: 'SIGKILL', lines: LINES, linesPerTurn: LINES, level: 'error', idleMs: 0 },
] as const satisfies readonly Death[]

export type DeathId = (typeof DEATHS)[number]['id']

/** A column of the table: one death, or the same death after one turn and after many. */
export interface DeathColumn {
  readonly title: string
  readonly deaths: readonly DeathId[]
}

export const DEATH_COLUMNS: readonly DeathColumn[] = [
  { title: 'process.exit', deaths: ['exit-turn', 'exit-turns'] },
  { title: 'uncaught error', deaths: ['uncaught-turn', 'uncaught-turns'] },
  { title: 'SIGTERM', deaths: ['SIGTERM-turn', 'SIGTERM-turns'] },
  { title: 'SIGKILL', deaths: ['SIGKILL-turn', 'SIGKILL-turns'] },
  { title: 'natural end', deaths: ['end-turn', 'end-turns'] },
  { title: '10 lines, idle 1 s, SIGKILL', deaths: ['idle'] },
  { title: 'errors, SIGKILL in their turn', deaths: ['errors'] },
]

/** Who dies. */
export const MORTALS = [
  'ours',
  'ours-line',
  'pino',
  'pino-async',
  'pino-transport',
  'winston',
  'logtape',
  'logtape-non-blocking',
  'tslog',
  'bunyan',
] as const satisfies readonly ContestantId[]

function ofBoth<E extends Ending>(ending: E) {
  const common = { ending, lines: LINES, level: 'info' as const, idleMs: 0 }
  return [
    { id: `${ending}-turn` as const, ...common, linesPerTurn: LINES },
    { id: `${ending}-turns` as const, ...common, linesPerTurn: 20 },
  ] as const
}
