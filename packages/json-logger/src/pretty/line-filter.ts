import { type Level, SEVERITY } from '../level.ts'
import { LevelRules } from '../level-rules.ts'
import type { LogLine } from './log-line.ts'

/** Which lines are shown; what is `undefined` is not asked for. */
export interface FilterOptions {
  /** The least level. */
  readonly level: Level | undefined
  /** The id of the request, exactly. */
  readonly request: string | undefined
  /** A name, for it and all below it, or a glob. */
  readonly logger: string | undefined
  /** Epoch milliseconds: from this one on. */
  readonly since: number | undefined
  /** Epoch milliseconds: up to this one, without it. */
  readonly until: number | undefined
}

/** Decides which lines are shown. */
export class LineFilter {
  /** Whether anything is asked for at all. */
  readonly isActive: boolean
  readonly #severity: number
  readonly #request: string | undefined
  readonly #hasLogger: (name: string) => boolean
  readonly #since: number
  readonly #until: number

  constructor({ level, request, logger, since = -Infinity, until = Infinity }: FilterOptions) {
    this.isActive =
      [level, request, logger].some((value) => value !== undefined) || since > -Infinity || until < Infinity
    this.#severity = level === undefined ? 0 : SEVERITY[level]
    this.#request = request
    this.#hasLogger = logger === undefined ? () => true : loggerMatcher(logger)
    this.#since = since
    this.#until = until
  }

  passes({ level, requestId, logger, time }: LogLine): boolean {
    return (
      SEVERITY[level] >= this.#severity &&
      (this.#request === undefined || requestId === this.#request) &&
      time >= this.#since &&
      time < this.#until &&
      this.#hasLogger(logger)
    )
  }
}

/** The rules of `levels` with a single one: what it rules is what is meant. */
function loggerMatcher(pattern: string): (name: string) => boolean {
  const rules = new LevelRules(0)
  rules.set(pattern, 1)
  return (name) => rules.severityFor(name) === 1
}
