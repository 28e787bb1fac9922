import { UnstorableValueError } from '../errors.ts'
import type { Codec } from './codec.ts'
import { jsonRefusal } from './json-refusal.ts'
import { isPlain } from './structured-scan.ts'
import { utf8Text } from './utf8-text.ts'

/**
 * The codec for values that programs in other languages read too: the bytes are plain JSON in UTF-8. What JSON would lose or
 * change is refused with its path: undefined, NaN, Infinity, -0, BigInt, Date, Map, Set, bytes, holes in arrays, instances of
 * classes, what has a `toJSON` method, cycles, and what is nested deeper than 200 levels.
 *
 * An object that is reached by two ways comes back as two equal ones. A property named `__proto__` comes back as one.
 */
export const jsonCodec: Codec = {
  id: 2,
  name: 'json',
  encode: (value) => Buffer.from(jsonText(value), 'utf8'),
  decode: (bytes) => JSON.parse(utf8Text(bytes)),
}

function jsonText(value: unknown): string {
  const refusal = isSurelyKept(value) ? undefined : jsonRefusal(value)
  if (refusal !== undefined) throw refusal
  try {
    return JSON.stringify(value)
  } catch {
    throw new UnstorableValueError('', '$', 'too large for one string')
  }
}

/** The fast scan, which is wrong only in doubt. What throws in it is met again by the search, which knows its path. */
function isSurelyKept(value: unknown): boolean {
  try {
    return isPlain(value)
  } catch {
    return false
  }
}
