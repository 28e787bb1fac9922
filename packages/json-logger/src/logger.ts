import { Bindings } from './bindings.ts'
import { type Level, SEVERITY, type Severity, thresholdSeverity } from './level.ts'
import { shown } from './option-object.ts'
import { sourceNamed, writeLine } from './runtime.ts'
import type { Source } from './source.ts'

/**
 * Writes one line. A function as the message or as the fields is called only where the line is written; an error as the message
 * becomes the field `error` too. Never throws, whatever the values are. A disabled call costs one comparison.
 */
export type Log<F extends object = object> = (message: string | Error | (() => string), fields?: F | (() => F)) => void

/** A named source of lines. Its functions need no `this`: they can be handed on. */
export interface Logger<F extends object = object> {
  readonly name: string
  readonly trace: Log<F>
  readonly debug: Log<F>
  readonly info: Log<F>
  readonly warn: Log<F>
  readonly error: Log<F>
  readonly fatal: Log<F>
  /** A logger of the same name whose lines have `bindings` too; a call's own fields win over them. The names are copied at once, what objects hold is read for the first line. */
  child(bindings: object): Logger<F>
  /**
   * Whether a line of `level`, read in any case, is written at all.
   * @throws TypeError or RangeError where it is no level.
   */
  isEnabled(level: Level): boolean
}

const DEFAULT_NAME = 'app'
const MAX_NAME_LENGTH = 128

/**
 * The logger of a name; dots make a tree (`app.db` is below `app`), by which levels are set. Can be called at any time: loggers follow
 * what `setupLogging` sets up later. Give your fields a type where all lines of an application have the same:
 * `getLogger<AppFields>('app')`.
 * @throws TypeError or RangeError where the name is not 1 to 128 characters.
 */
export function getLogger<F extends object = object>(name: string = DEFAULT_NAME): Logger<F> {
  if (typeof name !== 'string') throw new TypeError(`name must be a string, got ${shown(name)}`)
  if (name === '' || name.length > MAX_NAME_LENGTH) {
    throw new RangeError(`name must be 1 to ${MAX_NAME_LENGTH} characters, got ${name.length}`)
  }
  return new SourceLogger<F>(sourceNamed(name), undefined)
}

class SourceLogger<F extends object> implements Logger<F> {
  readonly name: string
  readonly trace: Log<F>
  readonly debug: Log<F>
  readonly info: Log<F>
  readonly warn: Log<F>
  readonly error: Log<F>
  readonly fatal: Log<F>
  readonly #source: Source
  readonly #bindings: Bindings | undefined

  constructor(source: Source, bindings: Bindings | undefined) {
    this.name = source.name
    this.#source = source
    this.#bindings = bindings
    this.trace = logAt(source, bindings, SEVERITY.trace)
    this.debug = logAt(source, bindings, SEVERITY.debug)
    this.info = logAt(source, bindings, SEVERITY.info)
    this.warn = logAt(source, bindings, SEVERITY.warn)
    this.error = logAt(source, bindings, SEVERITY.error)
    this.fatal = logAt(source, bindings, SEVERITY.fatal)
  }

  child(bindings: object): Logger<F> {
    if (typeof bindings !== 'object' || bindings === null) {
      throw new TypeError(`bindings must be an object, got ${shown(bindings)}`)
    }
    return new SourceLogger<F>(this.#source, new Bindings(this.#bindings, bindings))
  }

  isEnabled(level: Level): boolean {
    return thresholdSeverity('level', level) >= this.#source.threshold
  }
}

function logAt(source: Source, bindings: Bindings | undefined, severity: Severity): Log {
  return (message, fields) => {
    if (severity >= source.threshold) writeLine(source, bindings, severity, message, fields)
  }
}
