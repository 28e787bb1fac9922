import { inspect, isDeepStrictEqual, type InspectOptions } from 'node:util'

/** An array without holes, or a typed array: what has indexed elements. */
export type Indexed = readonly unknown[] | NodeJS.TypedArray

/** Up to here listing the keys costs less than asking `inspect`. */
const FEW = 48
const NAMES_ONLY: InspectOptions = { maxArrayLength: 0, depth: 0, customInspect: false, getters: false }
const SAMPLE_LENGTH = 1_234
const SAMPLE = inspect(new Array(SAMPLE_LENGTH), NAMES_ONLY)

/**
 * Whether an array or typed array has enumerable string properties beside its elements, as `match.index` is one.
 *
 * The language has no way to ask that without a string for each index: half a million of them for a long curve.
 * `inspect` asks V8 for the other properties alone and prints them after `... 1234 more items`, so what prints like an
 * array known to have none has none: 3 µs at any length. What prints anything else has its keys counted.
 */
export function hasNamedProperties(indexed: Indexed): boolean {
  const { length } = indexed
  if (length > FEW && (Array.isArray(indexed) ? printsAsBare(indexed) : isBareView(indexed as NodeJS.TypedArray))) {
    return false
  }
  return Object.keys(indexed).length !== length
}

function printsAsBare(array: readonly unknown[]): boolean {
  return inspect(array, NAMES_ONLY) === SAMPLE.replace(String(SAMPLE_LENGTH), String(array.length))
}

/** Another view of the same memory has no names: it is equal, byte by byte, to one that has none either. */
function isBareView(view: NodeJS.TypedArray): boolean {
  return isDeepStrictEqual(view, view.subarray())
}
