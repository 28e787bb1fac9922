import type { Codec } from './codec.ts'
import { isPlain } from './structured-scan.ts'
import { readTable } from './structured-reader.ts'
import { writeTable } from './structured-writer.ts'
import { utf8Text } from './utf8-text.ts'

/** The first character of a text says how to read the rest. */
const PLAIN = 'J'
const TABLE = 'T'

/**
 * The codec that gives back what it was given, with the same types: beside JSON's own also undefined, NaN, Infinity, -0,
 * BigInt, Date, RegExp, Map, Set, ArrayBuffer, typed arrays, Buffer, DataView, holes in arrays, objects without a
 * prototype, cycles, and objects that are reached by more than one way.
 *
 * Refused with their path are: functions, symbols, instances of other classes (subclasses too), named properties of
 * arrays, and what throws when it is read. Not part of a value are: non-enumerable properties, whether an object is
 * frozen, and whether a property has a getter (its value is stored). A proxy is stored as what it shows. Each view comes
 * back with memory of its own.
 */
export const structuredCodec: Codec = {
  id: 1,
  name: 'structured',
  encode: (value) => Buffer.from(encodeText(value), 'utf8'),
  decode: (bytes) => decodeText(utf8Text(bytes)),
}

/**
 * The text of a value: plain JSON where that keeps everything, else a reference table. Well-formed Unicode without line
 * breaks.
 * @throws UnstorableValueError, and nothing else, for a value that would come back changed.
 */
export function encodeText(value: unknown): string {
  return plainText(value) ?? writeTable(value, TABLE)
}

/**
 * The value of a text that {@link encodeText} made.
 * @throws Error of any kind for any other text.
 */
export function decodeText(text: string): unknown {
  if (text.startsWith(PLAIN)) return JSON.parse(text.slice(1))
  if (text.startsWith(TABLE)) return readTable(text.slice(1))
  throw new Error('the text has an unknown mode')
}

/** `undefined` where JSON does not keep the value. What throws here is met again by the table, which knows its path. */
function plainText(value: unknown): string | undefined {
  try {
    return isPlain(value) ? PLAIN + JSON.stringify(value) : undefined
  } catch {
    return undefined
  }
}
