/*
 * How large V8 makes what it keeps, in bytes: 64 bits, pointers of 8 bytes, as Node is built. Measured on Node 22, 24 and 26;
 * `test/retained-heap.test.ts` compares it with the heap.
 */

/** A number that is no small integer, where it lies in a slot for anything. */
const HEAP_NUMBER = 16
/** A Date, with the fields of the day that it caches. */
export const DATE = 96
/** A view of memory, without that memory. Up to Node 23 it is 8 bytes less. */
export const VIEW = 104
/** An ArrayBuffer, without its memory. Up to Node 23 it is 8 bytes less. */
export const ARRAY_BUFFER = 96
/** A view of so many bytes, made by length, has them in the heap; asking it for its buffer would move them. */
export const MAX_HEAP_VIEW = 64
/** An Error without its message, between one with few frames (210) and one with ten (710). Reading the stack adds its text. */
export const ERROR = 440
/** A RegExp, between one that never ran (200) and one that did (430). */
export const REG_EXP = 300
/** Of what else V8 knows and nobody can look into: a function, a promise, a proxy, a symbol. */
export const OPAQUE = 48

const HEADER = 16
const OBJECT = 24
const SLOT = 8
/** `{}` has place for four fields, an instance without fields has none. */
const EMPTY_RECORD = 40
/** An array that grew has more slots than elements, 17 for the first: so many more keeps both kinds within 2x. */
const SPARE_SLOTS = 5
const DICTIONARY = 88
const DICTIONARY_SLOT = 24
/** Above it V8 keeps properties in a dictionary. */
const MAX_FIELDS = 128
/** Above it V8 keeps properties that were added by computed names in a dictionary. */
const MAX_COMPUTED_FIELDS = 16
const SHORTEST_ID = 6
const SAMPLED_NAMES = 512
const TWO_BYTE = /[\u0100-\uffff]/
const DIGIT = /\d/
const INDEX = /^(?:0|[1-9]\d{0,8})$/

/** Rounded up to what V8 hands out. */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / SLOT) * SLOT
}

/**
 * A string of its own, made flat by this if it was put together from parts. One byte for each character, two where one is
 * above U+00FF. V8 looks it up without a walk where all of them are below.
 */
export function stringBytes(text: string): number {
  const { length } = text
  if (length === 0) return 0
  if (TWO_BYTE.test(text)) return aligned(HEADER + 2 * length)
  return length === 1 ? 0 : aligned(HEADER + length)
}

export function bigIntBytes(value: bigint): number {
  if (value === 0n) return HEADER
  if (BigInt.asIntN(64, value) === value) return HEADER + SLOT
  const digits = value.toString(16).length - (value < 0n ? 1 : 0)
  return HEADER + SLOT * Math.ceil(digits / 16)
}

/** A number in a slot for anything: small integers are kept in the slot. */
export function numberBytes(value: number): number {
  return (value | 0) === value && !Object.is(value, -0) ? 0 : HEAP_NUMBER
}

/** A small typed array with its bytes in the heap, and the ArrayBuffer that it would have. */
export function heapViewBytes(bytes: number): number {
  return VIEW + ARRAY_BUFFER + HEADER + aligned(bytes)
}

/** An array with its slots. */
export function arrayBytes(length: number): number {
  return OBJECT + SLOT + (length === 0 ? 0 : HEADER + SLOT * (length + SPARE_SLOTS))
}

/** The table of a Map (`words` 3) or Set (`words` 2), with the object itself: it doubles when it is full. */
export function hashTableBytes(size: number, words: number): number {
  const capacity = powerOfTwo(Math.max(size, 4))
  return OBJECT + SLOT + HEADER + SLOT * (3 + capacity / 2 + words * capacity)
}

/**
 * An object with its slots. Of most objects the names belong to a shape that all of their kind share. Some are dictionaries
 * with names of their own: JavaScript does not tell, so an object is taken for one where it has more fields than a
 * shape, or where its first and its last name hold a digit, as ids do. One without a prototype is always a dictionary.
 */
export function recordBytes(names: readonly string[], isBare: boolean): number {
  const { length } = names
  if (length === 0) return EMPTY_RECORD
  const first = names[0] as string
  const last = names[length - 1] as string
  if (INDEX.test(last) && INDEX.test(first)) return indexedBytes(Number(last), length)
  if (isDictionary(first, last, length)) return dictionaryBytes(length) + namesBytes(names)
  return isBare ? dictionaryBytes(length) : OBJECT + SLOT * length
}

function isDictionary(first: string, last: string, length: number): boolean {
  if (length > MAX_FIELDS) return true
  const mayBeIds = length > MAX_COMPUTED_FIELDS || (last.length >= SHORTEST_ID && first.length >= SHORTEST_ID)
  return mayBeIds && DIGIT.test(last) && DIGIT.test(first)
}

function indexedBytes(last: number, length: number): number {
  return last < 4 * length ? OBJECT + SLOT + arrayBytes(last + 1) : dictionaryBytes(length)
}

function dictionaryBytes(length: number): number {
  return OBJECT + DICTIONARY + DICTIONARY_SLOT * Math.max(4, powerOfTwo(1.5 * length))
}

function namesBytes(names: readonly string[]): number {
  const step = Math.ceil(names.length / SAMPLED_NAMES)
  let bytes = 0
  let seen = 0
  for (let at = 0; at < names.length; at += step, seen++) bytes += stringBytes(names[at] as string)
  return (bytes / seen) * names.length
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(least))
}
