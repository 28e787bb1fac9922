import type { Paint } from '../encoder/console-style.ts'
import { escapeText } from '../encoder/quote.ts'
import type { LineFilter } from './line-filter.ts'
import { LineText, type TextStyle } from './line-text.ts'
import { type LogLine, readLogLine } from './log-line.ts'

/** What stands before a line of somebody else: no such line may look like one of the log, or like the stack of one. */
const FOREIGN = '  | '

/** Turns lines as they were read into text. */
export class LinePrinter {
  /** Lines that are no log lines and were left out since a filter could not judge them. */
  leftOut = 0
  readonly #filter: LineFilter
  readonly #text: LineText
  readonly #dim: Paint

  constructor(filter: LineFilter, style: TextStyle) {
    this.#filter = filter
    this.#text = new LineText(style)
    this.#dim = style.colours.dim
  }

  /**
   * The text for one line, LF included; empty where it is not shown. Never throws.
   * @param cutBytes bytes that were cut off at its end
   */
  print(raw: string, cutBytes: number): string {
    const line = cutBytes > 0 ? undefined : readLogLine(raw)
    if (line === undefined) return this.#foreign(raw, cutBytes)
    return this.#filter.passes(line) ? this.#own(line, raw) : ''
  }

  #own(line: LogLine, raw: string): string {
    try {
      return this.#text.of(line)
    } catch {
      // Nested so deep that no function can walk it.
      return this.#foreign(raw, 0)
    }
  }

  #foreign(raw: string, cutBytes: number): string {
    const text = raw.trimEnd()
    if (text === '' && cutBytes === 0) return ''
    if (this.#filter.isActive) {
      this.leftOut++
      return ''
    }
    const { open, close } = this.#dim
    const mark = cutBytes > 0 ? ` … [${cutBytes} more bytes]` : ''
    return `${open}${FOREIGN}${close}${escapeText(text)}${mark}\n`
  }
}
