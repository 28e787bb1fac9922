import { shown } from './option-object.ts'

/** Severity of a line, in rising order from `trace` to `fatal`. Read in any case: `'INFO'` is `'info'`. */
export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** The least level that is written; `'silent'`: nothing is. */
export type Threshold = Level | 'silent'

/** The OpenTelemetry severity number of a level, in rising order. */
export type Severity = 1 | 5 | 9 | 13 | 17 | 21

/** Above every severity. */
export const SILENT = 99

/** The levels in rising order. */
export const LEVELS: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']

/**
 * The severity number of each level.
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
 */
export const SEVERITY: Readonly<Record<Level, Severity>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
}

/** The level of a severity number. */
export function levelOf(severity: Severity): Level {
  return LEVELS[severity >> 2] as Level
}

/**
 * The least severity that a {@link Threshold} lets pass, read in any case.
 * @throws TypeError or RangeError naming `option`.
 */
export function thresholdSeverity(option: string, value: unknown): number {
  if (typeof value !== 'string') throw new TypeError(`${option} must be a level, got ${shown(value)}`)
  const word = value.toLowerCase()
  if (word === 'silent') return SILENT
  // The words of other languages' loggers, as environments have them.
  if (word === 'warning') return SEVERITY.warn
  if (word === 'critical') return SEVERITY.fatal
  if (Object.hasOwn(SEVERITY, word)) return SEVERITY[word as Level]
  throw new RangeError(`${option} must be one of ${LEVELS.join(', ')} or silent, got ${shown(value)}`)
}
