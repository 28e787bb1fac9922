import type { Fields } from '../fields.ts'
import { isBare, ownFields, readOwn } from '../own-fields.ts'
import type { Redactor } from '../redact.ts'
import type { ConsoleStyle } from './console-style.ts'
import { errorMembers } from './error-members.ts'
import { encodeError, errorText, isError } from './error-value.ts'
import { type KeyPlan, KeyPlans } from './key-plan.ts'
import type { Layout } from './layout.ts'
import { type Part, partOf, type Piece } from './part.ts'
import { isClean, quote, quoteEscaped, textValue } from './quote.ts'
import { encodeValue } from './value.ts'

/** What lines look like. */
export interface LineShape {
  readonly layout: Layout
  readonly redactor: Redactor
  /** Of text lines. */
  readonly style: ConsoleStyle
  /** Neither a JSON line nor a text line is longer, LF included. */
  readonly maxLineBytes: number
}

const NONE: readonly string[] = []

/**
 * Encodes the fields of a call as JSON and as text in one pass: a scalar costs two concatenations. What the last pass found
 * is left in `json`, `text`, `stack` and `overlapping`, all set at its end: user code (getters, toJSON) that logs while it
 * runs disturbs nothing.
 */
export class FieldEncoder {
  /** `,"name":value` for each field. */
  json = ''
  /** ` name=value` for each field. */
  text = ''
  /** Stack traces for the text line, each line of them begun by LF and indented. */
  stack = ''
  /** The names of all fields, where one of them may be a name that bindings or contexts have too; else none. */
  overlapping: readonly string[] = NONE
  readonly #shape: LineShape
  readonly #redactor: Redactor
  readonly #plans: KeyPlans
  readonly #maskJson: string
  readonly #maskText: string
  readonly #hasPatterns: boolean

  constructor(shape: LineShape) {
    this.#shape = shape
    this.#redactor = shape.redactor
    this.#plans = new KeyPlans(shape.redactor, shape.layout.reserved, shape.style)
    this.#maskJson = quote(shape.redactor.mask)
    this.#maskText = textValue(shape.redactor.mask)
    this.#hasPatterns = shape.redactor.hasPatterns
  }

  /** Encodes what a caller gave as fields, whatever it is; as text too where that is wanted. */
  encode(fields: Fields | undefined, wantsText: boolean): void {
    if (fields === undefined) return this.#keep('', '', '', NONE)
    try {
      if (!Array.isArray(fields) && isBare(fields) && this.#pass(fields, wantsText)) return
    } catch {
      // A trap of a proxy threw: what it is can still be told.
    }
    this.#pass(ownFields(fields), wantsText)
  }

  /** Members that will come with many lines. Their errors stay objects: the line's own error may have parts by name. */
  part(fields: Fields): Part {
    const pieces = new Map<string, Piece>()
    let length = 0
    for (const name of Object.keys(fields)) {
      if (length > this.#shape.maxLineBytes) break
      const plan = this.#plans.of(name)
      plan.isBound = true
      const piece = this.#piece(plan, plan.isSecret ? undefined : fields[name], true)
      pieces.set(name, piece)
      length += piece.json.length
    }
    return partOf(pieces)
  }

  /** Answers false where the fields have a `toJSON`, which has to be asked first. */
  #pass(fields: Fields, wantsText: boolean): boolean {
    const { maxLineBytes } = this.#shape
    let json = ''
    let text = ''
    let stack = ''
    let overlaps = false
    let hasErrorParts = false
    for (const name in fields) {
      if (!Object.hasOwn(fields, name)) continue
      // Nobody will see more of a line that is too long already.
      if (json.length > maxLineBytes && (text.length > maxLineBytes || !wantsText)) break
      const plan = this.#plans.of(name)
      if (plan.isBound) overlaps = true
      // A secret is not even read.
      const value = plan.isSecret ? undefined : readOwn(fields, name)
      if (typeof value === 'string') {
        const shown = this.#shown(value)
        // One concatenation less than with `quote`: this is where most of a line comes from.
        json += isClean(shown) ? `${plan.jsonText}${shown}"` : plan.json + quote(shown)
        if (wantsText) text += plan.text + textValue(shown)
      } else if (typeof value === 'boolean') {
        json += plan.json + value
        if (wantsText) text += plan.text + value
      } else if (typeof value === 'number' && Number.isFinite(value) && !this.#hasPatterns) {
        json += plan.json + value
        if (wantsText) text += plan.text + value
      } else if (name === 'toJSON' && typeof value === 'function') {
        return false
      } else if (typeof value === 'object' && isError(value)) {
        const hasParts: boolean = plan.isErrorName && !hasErrorParts
        const piece = this.#errorPiece(plan, value, hasParts, wantsText)
        json += piece.json
        text += piece.text
        stack += piece.stack
        hasErrorParts ||= hasParts
      } else {
        const piece = this.#piece(plan, value, wantsText)
        json += piece.json
        text += piece.text
      }
    }
    this.#keep(json, text, stack, overlaps ? Object.keys(fields) : NONE)
    return true
  }

  #piece(plan: KeyPlan, value: unknown, wantsText: boolean): Piece {
    if (plan.isSecret) return { json: plan.json + this.#maskJson, text: plan.text + this.#maskText }
    if (typeof value === 'object' && isError(value)) return this.#errorPiece(plan, value, false, wantsText)
    const json = encodeValue(value, this.#redactor, plan.at, this.#shape.maxLineBytes, plan.name)
    return { json: plan.json + json, text: wantsText ? plan.text + textOfJson(json) : '' }
  }

  /** @param hasParts whether its parts may become members of the line */
  #errorPiece(
    plan: KeyPlan,
    error: unknown,
    hasParts: boolean,
    wantsText: boolean,
  ): Piece & { readonly stack: string } {
    const { layout, maxLineBytes } = this.#shape
    const encoded = encodeError(error, this.#redactor, plan.at, maxLineBytes)
    const json = hasParts ? errorMembers(layout.errorNames, plan.json, encoded) : plan.json + encoded
    if (!wantsText) return { json, text: '', stack: '' }
    const { line, stack } = errorText(error, this.#redactor, plan.at)
    return { json, text: plan.text + quoteEscaped(line), stack }
  }

  /** A string as it is quoted: what is beyond the length of a line is cut off unseen, and the line says that it was cut. */
  #shown(value: string): string {
    const clean = this.#redactor.scrub(value)
    return clean.length > this.#shape.maxLineBytes ? clean.slice(0, this.#shape.maxLineBytes) : clean
  }

  #keep(json: string, text: string, stack: string, names: readonly string[]): void {
    this.json = json
    this.text = text
    this.stack = stack
    this.overlapping = names
  }
}

/** JSON as it stands in a text line: strings bare where they can be. */
function textOfJson(json: string): string {
  return json.startsWith('"') ? textValue(JSON.parse(json) as string) : json
}
