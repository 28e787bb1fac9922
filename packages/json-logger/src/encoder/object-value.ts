import { types } from 'node:util'
import { quietAnswer } from '../quiet-answer.ts'
import type { PathStep } from '../redact.ts'
import { encodeBytes, isBytes } from './bytes-value.ts'
import { className } from './class-name.ts'
import { encodeArray, encodeObject } from './containers.ts'
import { encodeErrorObject } from './error-object.ts'
import { isError } from './is-error.ts'
import { encodeEntries, encodeMap, encodeSet } from './keyed-collections.ts'
import { MAX_DEPTH } from './limits.ts'
import type { Walk } from './walk.ts'

/** Collections that are read by their entries. */
const ENTRIES: ReadonlySet<string> = new Set(['Headers', 'URLSearchParams', 'FormData'])

/** What `toJSON` gave. */
interface Answer {
  readonly json: unknown
}

/**
 * Any object as JSON text. Runs its code, so it may throw.
 * @param asks whether its `toJSON` is asked; its answer is not asked again, as in JSON.stringify
 */
export function encodeAnyObject(
  walk: Walk,
  value: object,
  at: PathStep | undefined,
  depth: number,
  asks = true,
): string {
  if (!walk.enter(value, depth)) return walk.note('[Circular]')
  if (Array.isArray(value)) {
    if (depth >= MAX_DEPTH) return walk.note(`[Array(${value.length}): too deep]`)
    const answer = asks ? answerOf(value) : undefined
    return answer === undefined ? encodeArray(walk, value, at, depth) : encodeAnswer(walk, answer, at, depth)
  }
  const isPlain = hasNoClass(value)
  const leaf = isPlain ? undefined : encodeLeaf(walk, value, at, depth)
  if (leaf !== undefined) return leaf
  if (depth >= MAX_DEPTH) return walk.note(`[${className(value)}: too deep]`)
  if (!isPlain && isError(value)) return encodeErrorObject(walk, value, at, depth)
  const answer = asks ? answerOf(value) : undefined
  if (answer !== undefined) return encodeAnswer(walk, answer, at, depth)
  const collection = isPlain ? undefined : encodeCollection(walk, value, at, depth)
  return collection ?? encodeMembers(walk, value, at, depth, isPlain)
}

function hasNoClass(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Objects that stand for one value; they have no depth. */
function encodeLeaf(walk: Walk, value: object, at: PathStep | undefined, depth: number): string | undefined {
  if (types.isDate(value)) return walk.note(dateText(value))
  if (types.isRegExp(value)) return walk.text(RegExp.prototype.toString.call(value))
  if (value instanceof URL) return walk.text(value.href)
  if (isBytes(value)) return encodeBytes(walk, value, depth)
  if (types.isBoxedPrimitive(value)) return walk.encode(walk, unboxed(value), at, depth)
  return undefined
}

function dateText(date: Date): string {
  const time = Date.prototype.getTime.call(date)
  return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString()
}

function encodeMembers(walk: Walk, value: object, at: PathStep | undefined, depth: number, isPlain: boolean): string {
  const keys = Object.keys(value)
  if (isPlain || keys.length > 0) return encodeObject(walk, value, keys, at, depth)
  const name = className(value)
  return name === 'Object' ? walk.wrote('{}') : walk.note(`[${name}]`)
}

function encodeCollection(walk: Walk, value: object, at: PathStep | undefined, depth: number): string | undefined {
  if (types.isMap(value)) return encodeMap(walk, value, at, depth)
  if (types.isSet(value)) return encodeSet(walk, value, at, depth)
  const looksLike = Object.prototype.toString.call(value).slice('[object '.length, -1)
  return ENTRIES.has(looksLike) ? encodeEntries(walk, value as Iterable<unknown>, at, depth) : undefined
}

function answerOf(value: object): Answer | undefined {
  const { toJSON } = value as { readonly toJSON?: unknown }
  return typeof toJSON === 'function' ? { json: quietAnswer(toJSON.call(value, '')) } : undefined
}

function encodeAnswer(walk: Walk, { json }: Answer, at: PathStep | undefined, depth: number): string {
  if (typeof json !== 'object' || json === null) return walk.encode(walk, json, at, depth)
  return encodeAnyObject(walk, json, at, depth, false)
}

function unboxed(value: object): unknown {
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value)
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value)
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value)
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value)
  return Symbol.prototype.valueOf.call(value)
}
