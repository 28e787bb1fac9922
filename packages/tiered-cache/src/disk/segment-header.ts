import { crc32 } from 'node:zlib'

/*
 * The header of a segment file, little-endian:
 *
 *    0  u32 magic      4  u32 version    8  u32 seed of the directory   12  u32 sequence
 *   16  u32 and 20 u32: random id       24  u32 zero                    28  u32 CRC-32 of all before
 *
 * A change of the format of frames or of the header needs another version: other versions are foreign.
 */
const MAGIC = 0x6765_7374
const VERSION = 1
const CHECKSUM_AT = 28

/** Where the first frame of a segment begins. */
export const SEGMENT_HEADER_BYTES: number = 32

/** What the header of a segment says. All are of 32 bits. */
export interface SegmentHeader {
  /** Of the directory that it belongs to. */
  readonly seed: number
  /** Its number, which is also its name: the larger, the newer. */
  readonly sequence: number
  /** Random: two segments of one number are told apart. */
  readonly idHigh: number
  readonly idLow: number
}

export function segmentHeader({ seed, sequence, idHigh, idLow }: SegmentHeader): Buffer {
  const buffer = Buffer.alloc(SEGMENT_HEADER_BYTES)
  const words = [MAGIC, VERSION, seed, sequence, idHigh, idLow]
  for (const [index, word] of words.entries()) buffer.writeUInt32LE(word >>> 0, 4 * index)
  buffer.writeUInt32LE(crc32(buffer.subarray(0, CHECKSUM_AT)), CHECKSUM_AT)
  return buffer
}

/** `undefined` for what is too short, damaged, foreign or of another version. */
export function readSegmentHeader(buffer: Buffer): SegmentHeader | undefined {
  if (buffer.length < SEGMENT_HEADER_BYTES) return undefined
  if (buffer.readUInt32LE(0) !== MAGIC || buffer.readUInt32LE(4) !== VERSION) return undefined
  if (buffer.readUInt32LE(CHECKSUM_AT) !== crc32(buffer.subarray(0, CHECKSUM_AT))) return undefined
  return {
    seed: buffer.readUInt32LE(8),
    sequence: buffer.readUInt32LE(12),
    idHigh: buffer.readUInt32LE(16),
    idLow: buffer.readUInt32LE(20),
  }
}
