import { parseArgs } from 'node:util'
import { LEVELS, type Level } from '../level.ts'
import { assertName, shown } from '../option-object.ts'
import type { FilterOptions } from './line-filter.ts'
import { instantOf } from './time-option.ts'

/** When there are colours; `auto`: where the output is a terminal that has some, and as the environment says. */
type ColourChoice = 'always' | 'never' | 'auto'

/** What the command is asked to print. */
export interface PrintOrder {
  readonly does: 'print'
  /** In the order in which they are printed; none: standard input. */
  readonly files: readonly string[]
  readonly filter: FilterOptions
  readonly colour: ColourChoice
  readonly isUtc: boolean
  readonly isDated: boolean
}

/** What the words behind the command's name ask for. */
export type Order = PrintOrder | { readonly does: 'help' } | { readonly does: 'version' }

const OPTIONS = {
  level: { type: 'string' },
  request: { type: 'string' },
  logger: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  utc: { type: 'boolean' },
  date: { type: 'boolean' },
  color: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

const COLOURS: readonly string[] = ['always', 'never', 'auto'] satisfies readonly ColourChoice[]

/** What `--help` prints. */
export const USAGE: string = `Usage: json-log-pretty [options] [file ...]

Prints JSON lines of @org/json-logger as text, from files (gzip too) in the order given, or from standard input.

  --level LEVEL     this level and above: ${LEVELS.join(', ')}
  --request ID      lines of the request with this id
  --logger NAME     this logger and those below it, or a glob: app.db, app.*, *.http
  --since TIME      from this time on: 2026-11-22T14:30:00Z, '2026-11-22 14:30', 2026-11-22,
                    or so long ago: 30s, 15m, 2h, 7d
  --until TIME      before this time
  --utc             UTC in place of local time, in TIME too
  --date            date and milliseconds beside the time of day
  --color WHEN      always, never or auto (default; NO_COLOR and FORCE_COLOR are honoured)
  --version         the version
  -h, --help        this text

Lines that are no log lines are shown behind '  | '; with a filter they are left out and counted.
Exit code: 0; 1 where a file could not be read; 2 where the options are wrong.
`

/**
 * Reads the words behind the command's name.
 * @param now epoch milliseconds, from which spans are counted back
 * @throws TypeError or RangeError naming the option.
 */
export function readOrder(words: readonly string[], now: number): Order {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: OPTIONS,
    allowPositionals: true,
    strict: true,
  })
  if (values.help === true) return { does: 'help' }
  if (values.version === true) return { does: 'version' }
  const { level, request, logger, since, until, utc: isUtc = false, date: isDated = false, color = 'auto' } = values
  if (request !== undefined) assertName('--request', request)
  if (logger !== undefined) assertName('--logger', logger)
  const filter = {
    level: level === undefined ? undefined : levelOf(level),
    request,
    logger,
    since: since === undefined ? undefined : instantOf('--since', since, now, isUtc),
    until: until === undefined ? undefined : instantOf('--until', until, now, isUtc),
  }
  return { does: 'print', files: positionals, filter, colour: colourOf(color), isUtc, isDated }
}

function levelOf(word: string): Level {
  const level = LEVELS.find((known) => known === word.toLowerCase())
  if (level !== undefined) return level
  throw new RangeError(`--level must be one of ${LEVELS.join(', ')}, got ${shown(word)}`)
}

function colourOf(word: string): ColourChoice {
  if (COLOURS.includes(word)) return word as ColourChoice
  throw new RangeError(`--color must be one of ${COLOURS.join(', ')}, got ${shown(word)}`)
}
