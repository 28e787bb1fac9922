import type { ContestantId } from './contestants.ts'
import type { Place } from './subject.ts'

/**
 * How a case is measured: `lines` in requests that write ten each, with turns of the event loop between them; `disabled`
 * the same with calls below the level; `lazy` these with their fields as a function; `bare` calls below the level in a plain
 * loop; `import` loading the package.
 */
type CaseKind = 'lines' | 'disabled' | 'lazy' | 'bare' | 'import'

/** One thing that every contestant does in its own way. */
export interface Case {
  readonly id: string
  readonly title: string
  readonly kind: CaseKind
  readonly place: Place['kind']
  /** Whether to write to the null device in place of a file. */
  readonly isNull: boolean
  readonly contestants: readonly ContestantId[]
}

const FLOORS = ['floor-template', 'floor-json'] as const
const PINOS = ['pino', 'pino-4096', 'pino-async', 'pino-transport'] as const
const LOGTAPES = ['logtape', 'logtape-non-blocking'] as const
const ONE_OF_EACH = ['pino', 'winston', 'logtape', 'tslog', 'bunyan'] as const

/** The cases in the order they are told. */
export const CASES = [
  // Not LogTape as it comes: it calls fsync, which the null device refuses.
  lines('null', 'JSON to the null device', 'file', true, [
    ...FLOORS,
    'ours',
    ...PINOS,
    'winston',
    'logtape-non-blocking',
    'tslog',
    'bunyan',
  ]),
  lines('file', 'JSON to a file', 'file', false, [
    ...FLOORS,
    'ours',
    ...PINOS,
    'winston',
    ...LOGTAPES,
    'tslog',
    'bunyan',
  ]),
  // Not winston's own rotation: some 65 lines are missing after each, so that what it does is not what is measured.
  lines('rotated', 'JSON to a rotated file, 10 MiB x 5', 'rotated', false, [
    ...FLOORS,
    'ours',
    'pino-roll',
    'pino-transport',
    'pino-rfs',
    'winston-daily',
    ...LOGTAPES,
    'tslog',
    'bunyan',
  ]),
  lines('both', 'Text to the console and JSON to a rotated file at once', 'both', false, [
    'floor-template',
    'ours',
    'pino-roll',
    'pino-transport',
    'winston-daily',
    ...LOGTAPES,
    'logtape-logfmt',
    'tslog',
  ]),
  lines('durable', 'JSON to a file, each line handed to the system before the call returns', 'file', false, [
    'floor-template-line',
    'floor-json-line',
    'ours-line',
    'pino',
    'logtape-line',
  ]),
  calls('disabled', 'A call below the level, in a request', 'disabled', ['floor-template', 'ours', ...ONE_OF_EACH]),
  calls('lazy', 'The same with the fields as a function', 'lazy', ['ours', 'logtape']),
  calls('bare', 'A call below the level, in a plain loop', 'bare', ['floor-template', 'ours', ...ONE_OF_EACH]),
  calls('import', 'Importing the package', 'import', ['nothing', 'ours', ...ONE_OF_EACH]),
] as const satisfies readonly Case[]

export type CaseId = (typeof CASES)[number]['id']

function lines<Id extends string>(
  id: Id,
  title: string,
  place: Place['kind'],
  isNull: boolean,
  contestants: readonly ContestantId[],
) {
  return { id, title, kind: 'lines' as const, place, isNull, contestants }
}

function calls<Id extends string>(
  id: Id,
  title: string,
  kind: Exclude<CaseKind, 'lines'>,
  contestants: readonly ContestantId[],
) {
  return { id, title, kind, place: 'file' as const, isNull: true, contestants }
}
