import { crc32 } from 'node:zlib'
import type { Entry } from '../entry.ts'

const numbers = new Float64Array(2)
const words = new Uint32Array(numbers.buffer)
const bytes = Buffer.from(numbers.buffer)
const ID_BYTES = 8

/**
 * The id of the record of an entry, 11 characters of base64url, made of when it was stored, what its load took, and its stamps: so
 * whoever has the entry, from whichever tier, knows the record. Two entries may have one id; what is taken for known then, though
 * it is not, is loaded once more.
 */
export function recordIdOf({ storedAt, loadMs, stamps }: Entry): string {
  numbers[0] = storedAt
  numbers[1] = loadMs
  // The high words of instants and of times taken hardly differ: they meet with the low ones.
  words[0]! ^= words[3]!
  words[1]! ^= words[2]!
  for (const stamp of stamps) words[0] = crc32(stamp.expire + stamp.delete, words[0])
  return bytes.toString('base64url', 0, ID_BYTES)
}
