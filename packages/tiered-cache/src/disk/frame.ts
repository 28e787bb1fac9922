import { mixed } from '../policies/tinylfu/key-hash.ts'

/*
 * A frame, little-endian. It stands before each record of a segment:
 *
 *    0  u32 check of the 12 bytes that follow, begun with the seed of the place
 *    4  u32 kind (3 bits) and length of the body in bytes (29 bits)
 *    8  u32 and 12 u32: the hash of the key
 *   16  body: an envelope, whose first four bytes are mixed with the seed of the place
 *
 * The place of a frame is the id of its segment and its offset in it. What is moved, swapped or doubled is at another place: its
 * check does not hold there, nor does the checksum of the envelope, which covers its first four bytes.
 */

/** Bytes before the body. */
export const FRAME_BYTES: number = 16
/** The longest body. */
export const MAX_BODY_BYTES: number = 2 ** 29 - 1

/** What a frame is. */
export const KIND = {
  /** The body is an entry. */
  value: 1,
  /** The key was deleted. No body. */
  tombstone: 2,
  /** The segment ends here, whole. No body; in place of a hash the id of the segment that follows, or zeros where there is none yet. */
  end: 3,
} as const

/** One of {@link KIND}. */
export type FrameKind = (typeof KIND)[keyof typeof KIND]

const LENGTH_BITS = 29

/** What no two places of a segment share, and two places of two segments by a chance of one in 2^32. */
export function placeSeed(idHigh: number, idLow: number, offset: number): number {
  return mixed(mixed(offset ^ idHigh) ^ idLow)
}

/** Kind and length in one word, as the frame and the hint file have them. */
export function kindWord(kind: FrameKind, length: number): number {
  return ((kind << LENGTH_BITS) | length) >>> 0
}

export function kindOf(word: number): number {
  return word >>> LENGTH_BITS
}

export function lengthOf(word: number): number {
  return word & MAX_BODY_BYTES
}

/** Writes the frame of the body that follows it in `buffer`, and binds that body to the place. */
export function writeFrame(buffer: Buffer, word: number, high: number, low: number, seed: number): void {
  buffer.writeInt32LE(check(word, high, low, seed), 0)
  buffer.writeUInt32LE(word, 4)
  buffer.writeInt32LE(high | 0, 8)
  buffer.writeInt32LE(low | 0, 12)
  if (lengthOf(word) !== 0) bind(buffer, FRAME_BYTES, seed)
}

/** The word of kind and length of the frame at `at`, or 0 where no frame of this place is there. */
export function readFrame(buffer: Buffer, at: number, seed: number): number {
  const word = buffer.readUInt32LE(at + 4)
  if (!isPossible(word)) return 0
  const expected = check(word, buffer.readInt32LE(at + 8), buffer.readInt32LE(at + 12), seed)
  return buffer.readInt32LE(at) === expected ? word : 0
}

/** Binds a body at `at` to a place, or frees it from the place that it is bound to: the same act. */
export function bind(buffer: Buffer, at: number, seed: number): void {
  buffer.writeInt32LE(buffer.readInt32LE(at) ^ seed, at)
}

/** Each step is a bijection: a change that is confined to one word never passes, any other by one chance in 2^32. */
function check(word: number, high: number, low: number, seed: number): number {
  return mixed(mixed(mixed(seed ^ word) ^ high) ^ low)
}

/** Values have a body of at least the bytes that are bound, the other kinds have none. */
function isPossible(word: number): boolean {
  const kind = kindOf(word)
  const length = lengthOf(word)
  return kind === KIND.value ? length >= 4 : (kind === KIND.tombstone || kind === KIND.end) && length === 0
}
