import { shown } from './option-object.ts'

const MAX_KEY_BYTES = 4096

/** Marks the keys of the cache's own records. */
const OWN = '\u0000'

/** The key of a record of the cache itself: no user has it. */
export function ownKey(name: string): string {
  return OWN + name
}

export function isOwnKey(key: string): boolean {
  return key.startsWith(OWN)
}

/**
 * Refuses what is no key: a key is a string of 1 byte to 4 KiB (in UTF-8) that does not begin with U+0000.
 * @throws TypeError or RangeError that says what is wrong. O(1) for keys of up to 1365 characters.
 */
export function assertKey(key: unknown): asserts key is string {
  if (typeof key !== 'string') throw new TypeError(`key must be a string, got ${shown(key)}`)
  if (key.length === 0) throw new RangeError("key must not be empty, got '' (string)")
  if (isOwnKey(key)) throw new RangeError('key must not begin with U+0000, which marks keys of the cache itself')
  // A UTF-16 unit is at most 3 bytes of UTF-8.
  if (key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new RangeError(`key must be at most ${MAX_KEY_BYTES} bytes, got ${Buffer.byteLength(key)} bytes`)
  }
}
