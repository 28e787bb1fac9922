import type { Goal as ContestGoal } from '../contest/goal.ts'
import type { CaseId } from './cases.ts'
import type { Findings } from './cell.ts'
import type { ContestantId } from './contestants.ts'
import type { DeathId } from './losses/deaths.ts'

type Goal = ContestGoal<Findings>

// Against the best set-up of each: who compares must not choose the slow one.
const PINO_ROTATED = ['pino-roll', 'pino-transport', 'pino-rfs'] as const
const PEERS_BOTH = [
  'pino-roll',
  'pino-transport',
  'winston-daily',
  'logtape',
  'logtape-non-blocking',
  'logtape-logfmt',
  'tslog',
] as const
const FLOOR = ['floor-template'] as const

/** The goals in the order they are told. */
export const GOALS: readonly Goal[] = [
  {
    ...within(
      'rotated-pino',
      'a line of JSON in a rotated file takes at most 0.3 x the best of pino',
      'rotated',
      PINO_ROTATED,
      0.3,
    ),
    because:
      'the floor, which does nothing but join the bytes and write them, does not reach it either: pino-roll with a buffer and sync: true is far quicker than the set-up that the goal was taken from',
  },
  within('null-floor', 'a line to the null device takes at most 1.5 x the template floor', 'null', FLOOR, 1.5),
  within('file-floor', 'a line in a file takes at most 1.5 x the template floor', 'file', FLOOR, 1.5),
  within('rotated-floor', 'a line in a rotated file takes at most 1.5 x the template floor', 'rotated', FLOOR, 1.5),
  within('both-peers', 'text and JSON at once take at most 0.2 x the best of the others', 'both', PEERS_BOTH, 0.2),
  within('both-floor', 'text and JSON at once take at most 2 x the template floor', 'both', FLOOR, 2),
  {
    ...within('disabled-pino', 'a call below the level takes at most 1.1 x that of pino', 'disabled', ['pino'], 1.1),
    because:
      'pino puts an empty function in the place of a level that is off, which is why its children do not feel a change of level; here it is one comparison, and the rest is the request around the call, of which pino keeps a string and we an object',
  },
  {
    ...within(
      'durable-pino',
      "with durability 'line' a line takes at most 0.8 x that of pino, sync",
      'durable',
      ['pino'],
      0.8,
      'ours-line',
    ),
    because:
      'it looks at the file before each line, for logrotate and for the torn line of a neighbour that was killed, which pino does not: a system call as dear as the write itself',
  },
  {
    ...within('import-pino', 'importing it takes at most 0.5 x importing pino', 'import', ['pino'], 0.5),
    because:
      'it is the compiling of one file of about 100 KB and the loading of modules of Node; nothing is loaded that the default set-up does not use',
  },
  {
    id: 'bundle',
    because:
      'it is what the guarantees take: rotation that survives kills and other processes, a console that neither blocks nor tears, values that are shown whatever they are',
    says: 'its index is at most 15 KB, minified and gzipped',
    limit: { atMost: 15_000 },
    unit: 'bytes',
    measure: (found) => found.package.bundleBytes,
  },
  {
    id: 'dependencies',
    says: 'it has no dependencies',
    limit: { atMost: 0 },
    unit: 'count',
    measure: (found) => found.package.dependencies,
  },
  harmless('exits', 'process.exit, an uncaught error and the natural end lose no line', [
    'exit-turn',
    'exit-turns',
    'uncaught-turn',
    'uncaught-turns',
    'end-turn',
    'end-turns',
  ]),
  harmless('signals', 'SIGTERM and SIGKILL lose no line of an earlier turn', [
    'SIGTERM-turns',
    'SIGKILL-turns',
    'idle',
  ]),
  harmless('errors', 'SIGKILL loses no error, not even of the running turn', ['errors']),
]

function within(
  id: string,
  says: string,
  caseId: CaseId,
  others: readonly ContestantId[],
  atMost: number,
  ours: ContestantId = 'ours',
): Goal {
  return { id, says, limit: { atMost }, unit: 'times', measure: (found) => found.toCheapest(caseId, ours, others) }
}

function harmless(id: string, says: string, deaths: readonly DeathId[]): Goal {
  return { id, says, limit: { atMost: 0 }, unit: 'count', measure: (found) => found.harm('ours', deaths) }
}
