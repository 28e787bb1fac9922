import { crc32 } from 'node:zlib'
import { FRAME_BYTES, lengthOf } from './frame.ts'
import { FRAME_WORDS, FrameList } from './frame-list.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { TimeSlice } from './time-slice.ts'

/*
 * A hint file, in words of the machine's order (another order is another magic):
 *
 *   0 magic   1 version   2, 3 id of the segment   4 length of the segment   5 number of frames
 *   6, 7 the latest expiresAt (f64)   8 CRC-32 of all the rest   9 zero
 *   then three words for each frame: hash high, hash low, kind and length; frames lie one behind the other
 */
const MAGIC = 0x7468_6e74
const VERSION = 1
const WORDS = 3
const HEADER_WORDS = 10
const CHECKSUM = 8
const WORD_BYTES = 4
const CHUNK_BYTES = 1024 ** 2

/** What a hint file says of its segment. */
export interface Hint {
  readonly idHigh: number
  readonly idLow: number
  /** Bytes of the segment that hold frames, header included. */
  readonly length: number
  /** Epoch milliseconds; `Infinity` where it is not known. */
  readonly latestExpiry: number
  readonly frames: FrameList
}

/** The bytes of the hint file of a segment with so many frames. */
export function hintBytes(frames: number): number {
  return (HEADER_WORDS + WORDS * frames) * WORD_BYTES
}

export async function encodeHint({ idHigh, idLow, length, latestExpiry, frames }: Hint): Promise<Buffer> {
  const words = new Uint32Array(hintBytes(frames.count) / WORD_BYTES)
  words.set([MAGIC, VERSION, idHigh, idLow, length, frames.count])
  new Float64Array(words.buffer, 6 * WORD_BYTES, 1)[0] = latestExpiry
  await pack(frames, words)
  words[CHECKSUM] = await checksum(words)
  return Buffer.from(words.buffer)
}

/** `undefined` for what is no hint of the segment with this id. Takes over the bytes, which begin an ArrayBuffer. */
export async function decodeHint(bytes: Buffer, idHigh: number, idLow: number): Promise<Hint | undefined> {
  if (bytes.length < HEADER_WORDS * WORD_BYTES || bytes.length % WORD_BYTES !== 0) return undefined
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD_BYTES)
  const [magic, version, high, low, length = 0, count = 0] = words
  if (magic !== MAGIC || version !== VERSION || high !== idHigh || low !== idLow) return undefined
  if (bytes.length !== hintBytes(count) || words[CHECKSUM] !== (await checksum(words))) return undefined
  const latestExpiry = new Float64Array(words.buffer, words.byteOffset + 6 * WORD_BYTES, 1)[0]!
  return { idHigh, idLow, length, latestExpiry, frames: await unpack(words, count) }
}

async function pack(frames: FrameList, words: Uint32Array): Promise<void> {
  const slice = new TimeSlice()
  for (let index = 0, at = HEADER_WORDS; index < frames.count; index++) {
    words[at++] = frames.high(index)
    words[at++] = frames.low(index)
    words[at++] = frames.word(index)
    if (slice.isOver()) await slice.rest()
  }
}

async function unpack(words: Uint32Array, count: number): Promise<FrameList> {
  const frames = new FrameList(new Uint32Array(count * FRAME_WORDS), 0)
  const slice = new TimeSlice()
  let offset = SEGMENT_HEADER_BYTES
  for (let at = HEADER_WORDS; at < words.length; at += WORDS) {
    const word = words[at + 2]!
    frames.add(words[at]!, words[at + 1]!, offset, word)
    offset += FRAME_BYTES + lengthOf(word)
    if (slice.isOver()) await slice.rest()
  }
  return frames
}

/** In slices: a segment of 1 GiB has a hint of 40 MB. */
async function checksum(words: Uint32Array): Promise<number> {
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
  let sum = crc32(bytes.subarray(0, CHECKSUM * WORD_BYTES))
  const slice = new TimeSlice()
  for (let at = (CHECKSUM + 1) * WORD_BYTES; at < bytes.length; at += CHUNK_BYTES) {
    sum = crc32(bytes.subarray(at, at + CHUNK_BYTES), sum)
    if (slice.isSpent()) await slice.rest()
  }
  return sum
}
