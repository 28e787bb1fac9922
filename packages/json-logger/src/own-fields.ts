import { types } from 'node:util'
import { moreMark } from './more-mark.ts'
import type { Fields } from './fields.ts'
import { quietAnswer } from './quiet-answer.ts'

/** Names of one object that are copied; `...` says how many more there are. */
const MAX_NAMES = 1000

/**
 * A copy of what a caller gave as fields, by its own enumerable names, each read once, a thousand of them. What has no such names (an array, a
 * Map, a primitive) becomes `value`, an error `error`; what has a `toJSON` is what that answers. Never throws: a property
 * that cannot be read becomes a value that says so where it is encoded.
 */
export function ownFields(given: unknown): Fields {
  try {
    return copyOf(asked(given))
  } catch (error) {
    return { value: thrower(error) }
  }
}

/** `outer` and `inner` as one; `inner` wins. */
export function mergedFields(outer: Fields | undefined, inner: unknown): Fields {
  return { ...outer, ...ownFields(inner) }
}

function copyOf(given: unknown): Fields {
  if (isOneValue(given)) return { value: given }
  if (isError(given)) return { error: given }
  const names = Object.keys(given as object)
  if (names.length === 0) return isBare(given as object) ? {} : { value: given }
  const copy: Record<string, unknown> = {}
  for (const name of names.slice(0, MAX_NAMES)) {
    const value = readOwn(given as Fields, name)
    // It was asked already.
    if (name === 'toJSON' && typeof value === 'function') continue
    Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true })
  }
  if (names.length > MAX_NAMES) copy[unusedMark(copy)] = moreMark(names.length - MAX_NAMES)
  return copy
}

function unusedMark(copy: Fields): string {
  let mark = '...'
  while (Object.hasOwn(copy, mark)) mark += '.'
  return mark
}

/** What has no names to speak of, though some of it has indices for names. */
function isOneValue(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return true
  return ArrayBuffer.isView(given) || types.isBoxedPrimitive(given)
}

function isError(given: unknown): boolean {
  return types.isNativeError(given) || given instanceof Error
}

/**
 * What its `toJSON` answers. Where that is no object it stays as it is, as one value: the encoder knows better how to show a
 * URL or a Date. An error has more to say than its `toJSON`.
 */
function asked(given: unknown): unknown {
  if (isOneValue(given) || isError(given)) return given
  const { toJSON } = given as { readonly toJSON?: unknown }
  if (typeof toJSON !== 'function') return given
  const answer = quietAnswer(toJSON.call(given, ''))
  return isOneValue(answer) ? { value: given } : answer
}

/** A property, read once. Where that throws, a value that throws the same again when it is encoded, to be told there. */
export function readOwn(fields: Fields, name: string): unknown {
  try {
    return fields[name]
  } catch (error) {
    return thrower(error)
  }
}

/** Whether an object is no more than its names: one of a class without any says something by its class. */
export function isBare(given: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(given)
  return prototype === Object.prototype || prototype === null
}

function thrower(error: unknown): object {
  return {
    toJSON: () => {
      throw error
    },
  }
}
