import type { ConsoleStyle, Paint } from '../encoder/console-style.ts'
import { LineClock } from '../encoder/line-clock.ts'
import { escapeText, quoteEscaped, textValue } from '../encoder/quote.ts'
import type { Level } from '../level.ts'
import type { ErrorNames } from '../presets/preset.ts'
import { isJson, type Json, type LogLine } from './log-line.ts'
import { isStoredError, memberText, storedErrorText } from './stored-error.ts'

/** How lines are shown. */
export interface TextStyle {
  readonly colours: ConsoleStyle
  /** UTC, marked with a `Z`, in place of local time. */
  readonly isUtc: boolean
  /** The date and milliseconds too, in place of the time of day alone. */
  readonly isDated: boolean
}

/** Beginnings of lines that are kept: one for each logger and level, bounded. */
const MAX_HEADS = 1024
const MAX_KEPT_NAME = 128

/** The members of one line as they gather. */
interface Gathered {
  text: string
  trace: string
  stack: string
  hasError: boolean
}

/**
 * Makes the console's text of log lines: the head, the message, the fields, the request's id, ids of its trace; stacks on
 * indented lines. Nothing in it but the colours moves a terminal, and each further line begins with four spaces.
 */
export class LineText {
  readonly #style: TextStyle
  readonly #clock = new LineClock()
  readonly #heads = new Map<string, string>()

  constructor(style: TextStyle) {
    this.#style = style
  }

  /** LF included. Throws RangeError where a value is nested too deep to be written. */
  of(line: LogLine): string {
    const { shape, requestId } = line
    const { time, dim } = this.#style.colours
    const members: Gathered = { text: '', trace: '', stack: '', hasError: false }
    this.#gather(members, line, line.json, shape.roles)
    const request = requestId === undefined ? '' : ` ${dim.open}request_id=${textValue(requestId)}${dim.close}`
    const head = `${time.open}${this.#time(line.time)}${time.close}${this.#head(line.logger, line.level)}`
    return `${head}${escapeText(line.message)}${members.text}${request}${members.trace}${members.stack}\n`
  }

  #time(time: number): string {
    const { isUtc, isDated } = this.#style
    if (!isUtc) return isDated ? this.#clock.dateTime(time) : this.#clock.time(time)
    const iso = this.#clock.utc(time)
    return isDated ? `${iso.replace('T', ' ')}Z` : `${iso.slice(11, 19)}Z`
  }

  #head(logger: string, level: Level): string {
    const key = `${level} ${logger}`
    const known = this.#heads.get(key)
    if (known !== undefined) return known
    const { colours } = this.#style
    const head = ` - ${painted(colours.logger, escapeText(logger))} - ${painted(colours.levels[level], level.toUpperCase())} - `
    if (this.#heads.size === MAX_HEADS) this.#heads.clear()
    if (logger.length <= MAX_KEPT_NAME) this.#heads.set(key, head)
    return head
  }

  #gather(to: Gathered, line: LogLine, members: Json, roles: LogLine['shape']['roles']): void {
    const { preset, fieldRoles } = line.shape
    for (const name of Object.keys(members)) {
      const value = members[name]
      const role = roles.get(name)
      if (role === 'head' || (role === 'constant' && preset.constants[name] === value)) continue
      if (role === 'request' && typeof value === 'string') continue
      if (role === 'trace')
        to.trace += ` ${painted(this.#style.colours.dim, `${textValue(name)}=${memberText(value)}`)}`
      else if (role === 'fields' && isJson(value)) this.#gather(to, line, value, fieldRoles)
      else if (role === 'error' && preset.error !== undefined) this.#errorPart(to, members, preset.error, name)
      else this.#field(to, unforged(name, preset.names.request_id), value)
    }
  }

  #field(to: Gathered, name: string, value: unknown): void {
    const { open, close } = this.#style.colours.dim
    const key = ` ${open}${textValue(name)}=${close}`
    if (typeof value === 'string') to.text += key + textValue(value)
    else if (isStoredError(name, value)) {
      const { line, stack } = storedErrorText(value)
      to.text += key + quoteEscaped(line)
      to.stack += stack
    } else to.text += key + memberText(value)
  }

  /** The parts of the line's error, which stand beside the other members, make one error again. */
  #errorPart(to: Gathered, members: Json, names: ErrorNames, name: string): void {
    const details = members[names.details]
    const error: Json = {
      ...(isJson(details) ? details : undefined),
      type: members[names.type],
      message: members[names.message],
      stack: members[names.stack],
    }
    if (!isStoredError('error', error)) this.#field(to, name, members[name])
    else if (!to.hasError) this.#field(to, 'error', error)
    to.hasError ||= isStoredError('error', error)
  }
}

/** Where the shape has another name for it, a field may be called like the id that stands at the end of a text line. */
function unforged(name: string, requestName: string): string {
  return requestName !== 'request_id' && /^request_id_*$/.test(name) ? `${name}_` : name
}

/** Text that is escaped already, as one word of a text line. */

function painted({ open, close }: Paint, text: string): string {
  return open + text + close
}
