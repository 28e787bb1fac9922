import { stripVTControlCharacters } from 'node:util'
import type { Bindings } from '../bindings.ts'
import type { Context } from '../context.ts'
import type { Fields } from '../fields.ts'
import { LEVELS, type Severity } from '../level.ts'
import type { Source } from '../source.ts'
import { activeTrace } from '../trace-context.ts'
import { type Paint, WITHOUT_COLOURS } from './console-style.ts'
import { FieldEncoder, type LineShape } from './field-encoder.ts'
import { fitJson, fits, fitText } from './fit.ts'
import { LineClock } from './line-clock.ts'
import { EMPTY_PART, flat, type Part, without } from './part.ts'
import { escapeText, isClean, quote, textValue } from './quote.ts'

/** What a sink of lines writes: JSON, or text with the time of day, or with the whole date. */
export type LineFormat = 'json' | 'text' | 'dated-text'

/** What is made once of a logger's name; by level in rising order. */
interface SourceHeads {
  readonly by: LineEncoder
  readonly json: readonly string[]
  readonly text: readonly string[]
  readonly afterMessage: string
}

/** What is made once of a child logger's bindings. */
interface KeptBindings {
  readonly by: LineEncoder
  readonly part: Part
}

/** What is made once of a request's context. */
interface KeptContext {
  readonly by: LineEncoder
  readonly part: Part
  /** Members of the request's id and of its trace. */
  readonly requestId: string
  readonly requestIdText: string
  readonly trace: string
  /** The bindings it was last seen beside, what these leave of it, and all that stands between message and fields then. */
  beside: Part
  left: Part
  between: string
}

/** Members of one line in their order: the context's, the logger's, the call's. */
interface Members {
  readonly outer: Part
  readonly inner: Part
}

/** The lines of one call; what nobody wanted is empty. */
export interface MadeLines {
  /** LF included. */
  readonly json: string
  /** LF included, what stands before the name of the logger is not. */
  readonly text: string
  readonly now: number
}

/** The longest that stands before the logger's name in a text line: the whole date and its colours. */
const TIME_BYTES = 64

/**
 * Makes the JSON line and the text line of a call. Names of loggers, bindings and contexts are encoded once and kept. Never
 * throws for what a value does; while the user's code (getters, toJSON) may run it holds no half-made line, so that such
 * code may log as well.
 */
export class LineEncoder {
  readonly #shape: LineShape
  readonly #fields: FieldEncoder
  readonly #clock = new LineClock()
  readonly #noContext: KeptContext

  constructor(shape: LineShape) {
    this.#shape = shape
    this.#fields = new FieldEncoder(shape)
    this.#noContext = this.#contextOf(undefined)
  }

  /** Makes the lines of one call: as JSON, as text, or both; {@link LineEncoder.line} finishes them. */
  encode(
    now: number,
    severity: Severity,
    source: Source,
    bindings: Bindings | undefined,
    context: Context | undefined,
    message: string,
    fields: Fields | undefined,
    wantsJson: boolean,
    wantsText: boolean,
  ): MadeLines {
    // Whatever runs the user's code comes before anything is put together.
    const kept = context === undefined ? this.#noContext : this.#keptContext(context)
    let inner = bindings === undefined ? EMPTY_PART : this.#keptPart(bindings)
    this.#fields.encode(fields, wantsText)
    if (kept.beside !== inner) this.#putBeside(kept, inner)
    let outer = kept.left
    const { overlapping } = this.#fields
    if (overlapping.length > 0) {
      const own = new Set(overlapping)
      outer = without(outer, own)
      inner = without(inner, own)
    }
    // What is beyond the length of a line is cut off unseen: the line is too long all the same, and says that it was cut.
    const scrubbed = cut(this.#shape.redactor.scrub(message), this.#shape.maxLineBytes)
    const heads = this.#headsOf(source)
    return {
      json: wantsJson ? this.#json(now, heads, severity, scrubbed, kept, { outer, inner }) : '',
      text: wantsText ? this.#text(heads, severity, scrubbed, kept, { outer, inner }) : '',
      now,
    }
  }

  /** A whole line, LF included. */
  line({ json, text, now }: MadeLines, format: LineFormat, hasColours: boolean): string {
    if (format === 'json') return json
    const { style } = this.#shape
    const time = format === 'text' ? this.#clock.time(now) : this.#clock.dateTime(now)
    const line = `${style.time.open}${time}${style.time.close}${text}`
    return hasColours || style === WITHOUT_COLOURS ? line : stripVTControlCharacters(line)
  }

  #json(
    now: number,
    heads: SourceHeads,
    severity: Severity,
    message: string,
    context: KeptContext,
    { outer, inner }: Members,
  ): string {
    const { layout, maxLineBytes } = this.#shape
    const time = layout.isIso ? this.#clock.utc(now) : String(now)
    const head = layout.timeOpen + time + heads.json[severity >> 2]
    const active = activeTrace()
    const trace = active === undefined ? context.trace : layout.trace(active)
    const isKept = active === undefined && context.beside === inner && context.left === outer
    const between = isKept ? context.between : this.#between(context, trace, outer, inner)
    // Inside an object of fields the first comma is one too many.
    const fields = between.endsWith('{') ? this.#fields.json.slice(1) : this.#fields.json
    const said = isClean(message) ? `"${message}"` : quote(message)
    const line = `${head}${said}${heads.afterMessage}${between}${fields}${layout.fieldsClose}}\n`
    if (fits(line, maxLineBytes)) return line
    const tail = heads.afterMessage + this.#between(context, trace, EMPTY_PART, EMPTY_PART)
    const members = outer.json + inner.json + this.#fields.json
    return fitJson({ head, message, tail, members, close: layout.fieldsClose }, maxLineBytes)
  }

  /** What stands between the message and the fields of the call. */
  #between(context: KeptContext, trace: string, outer: Part, inner: Part): string {
    const { fieldsOpen } = this.#shape.layout
    if (fieldsOpen === '') return flat(context.requestId, trace, outer.json, inner.json)
    return flat(trace, fieldsOpen, flat(context.requestId, outer.json, inner.json).slice(1))
  }

  #text(
    heads: SourceHeads,
    severity: Severity,
    message: string,
    context: KeptContext,
    { outer, inner }: Members,
  ): string {
    const room = this.#shape.maxLineBytes - TIME_BYTES
    const { text, stack } = this.#fields
    const line = `${heads.text[severity >> 2]}${escapeText(message)}${text}${inner.text}${outer.text}${context.requestIdText}${stack}\n`
    return fits(line, room) ? line : fitText(line, room)
  }

  #headsOf(source: Source): SourceHeads {
    const known = source.encoded as SourceHeads | undefined
    if (known?.by === this) return known
    const { layout, redactor } = this.#shape
    const name = redactor.scrub(source.name)
    const heads: SourceHeads = {
      by: this,
      json: layout.heads(name).map((head) => flat(layout.timeClose, head)),
      text: this.#textHeads(name),
      afterMessage: layout.afterMessage(name),
    }
    source.encoded = heads
    return heads
  }

  #textHeads(name: string): readonly string[] {
    const { logger, levels } = this.#shape.style
    return LEVELS.map(
      (level) => ` - ${painted(logger, escapeText(name))} - ${painted(levels[level], level.toUpperCase())} - `,
    )
  }

  #keptPart(bindings: Bindings): Part {
    const known = bindings.encoded as KeptBindings | undefined
    if (known?.by === this) return known.part
    const part = this.#fields.part(bindings.fields)
    bindings.encoded = { by: this, part } satisfies KeptBindings
    return part
  }

  #keptContext(context: Context): KeptContext {
    const known = context.encoded as KeptContext | undefined
    if (known?.by === this) return known
    const kept = this.#contextOf(context)
    context.encoded = kept
    return kept
  }

  /** What the names of a logger's bindings leave of a context; kept for the next line of the two. */
  #putBeside(kept: KeptContext, inner: Part): void {
    kept.beside = inner
    kept.left = without(kept.part, inner.pieces)
    kept.between = this.#between(kept, kept.trace, kept.left, inner)
  }

  #contextOf(context: Context | undefined): KeptContext {
    const { layout, redactor, style } = this.#shape
    const part = context?.fields === undefined ? EMPTY_PART : this.#fields.part(context.fields)
    const id = context?.requestId === undefined ? undefined : redactor.scrub(context.requestId)
    const kept: KeptContext = {
      by: this,
      part,
      requestId: id === undefined ? '' : layout.requestId + quote(id),
      requestIdText: id === undefined ? '' : ` ${painted(style.dim, `request_id=${textValue(id)}`)}`,
      trace: context?.trace === undefined ? '' : layout.trace(context.trace),
      beside: EMPTY_PART,
      left: part,
      between: '',
    }
    this.#putBeside(kept, EMPTY_PART)
    return kept
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? text.slice(0, length) : text
}

function painted({ open, close }: Paint, text: string): string {
  return open + text + close
}
