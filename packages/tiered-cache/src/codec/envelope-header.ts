import { crc32 } from 'node:zlib'

/*
 * The envelope of an entry, little-endian:
 *
 *    0  u16 magic       2  u8 version     3  u8 flags
 *    4  u32 CRC-32 of all that follows, begun with the first four bytes as its start
 *    8  u8 codec        9  u8 compression (0 none, 1 zstd)
 *   10  u16 bytes of the key             12  u32 bytes of the etag
 *   16  u32 bytes of the stamps          20  u32 bytes of the payload as it is stored
 *   24  u32 bytes of the payload as the codec made it
 *   28  f64 storedAt   36  f64 staleAt   44  f64 expiresAt   52  f64 loadMs
 *   60  key, etag, stamps (JSON), payload
 *
 * A change of it that older readers would read wrongly needs another version: they read a miss then.
 */
const MAGIC = 0xca7e
const VERSION = 1
const CHECKSUM_AT = 4
const CHECKED_FROM = 8

/** The length of the header. */
export const HEADER_BYTES: number = 60

/** Bits of `flags`; a record with any other is of a later version. */
export const FLAG = {
  /** The value is undefined: there is no payload. */
  absent: 1,
  /** There is an etag, which may be empty. */
  etag: 2,
  /** Key and etag are UTF-16 and not UTF-8, which cannot hold lone surrogates. */
  wide: 4,
} as const
const KNOWN_FLAGS = FLAG.absent | FLAG.etag | FLAG.wide

/** The numbers at the front of an envelope. Lengths are in bytes, instants as in an entry. */
export interface EnvelopeHeader {
  /** Of {@link FLAG}. */
  readonly flags: number
  readonly codec: number
  /** 0 none, 1 zstd. */
  readonly compression: number
  readonly keyLength: number
  readonly etagLength: number
  readonly stampsLength: number
  /** Of the payload as it lies there. */
  readonly storedLength: number
  /** Of the payload as the codec made it. */
  readonly rawLength: number
  readonly storedAt: number
  readonly staleAt: number
  readonly expiresAt: number
  readonly loadMs: number
}

/**
 * The header of the envelope that begins at `at`, without a look at the rest: the checksum is not compared, and the bytes may
 * end with the header. `undefined` for what is too short, foreign, of another version, or no entry's. Never throws.
 */
export function readHeader(bytes: Uint8Array, at = 0): EnvelopeHeader | undefined {
  if (bytes.length < at + HEADER_BYTES) return undefined
  const buffer = asBuffer(bytes)
  const flags = buffer.readUInt8(at + 3)
  const isOurs = buffer.readUInt16LE(at) === MAGIC && buffer.readUInt8(at + 2) === VERSION
  if (!isOurs || (flags & ~KNOWN_FLAGS) !== 0) return undefined
  const header: EnvelopeHeader = {
    flags,
    codec: buffer.readUInt8(at + 8),
    compression: buffer.readUInt8(at + 9),
    keyLength: buffer.readUInt16LE(at + 10),
    etagLength: buffer.readUInt32LE(at + 12),
    stampsLength: buffer.readUInt32LE(at + 16),
    storedLength: buffer.readUInt32LE(at + 20),
    rawLength: buffer.readUInt32LE(at + 24),
    storedAt: buffer.readDoubleLE(at + 28),
    staleAt: buffer.readDoubleLE(at + 36),
    expiresAt: buffer.readDoubleLE(at + 44),
    loadMs: buffer.readDoubleLE(at + 52),
  }
  return hasLife(header) ? header : undefined
}

/** Writes all of the header but the checksum, which {@link seal} adds when the rest is there. */
export function writeHeader(buffer: Buffer, at: number, header: EnvelopeHeader): void {
  buffer.writeUInt16LE(MAGIC, at)
  buffer.writeUInt8(VERSION, at + 2)
  buffer.writeUInt8(header.flags, at + 3)
  buffer.writeUInt8(header.codec, at + 8)
  buffer.writeUInt8(header.compression, at + 9)
  buffer.writeUInt16LE(header.keyLength, at + 10)
  buffer.writeUInt32LE(header.etagLength, at + 12)
  buffer.writeUInt32LE(header.stampsLength, at + 16)
  buffer.writeUInt32LE(header.storedLength, at + 20)
  buffer.writeUInt32LE(header.rawLength, at + 24)
  buffer.writeDoubleLE(header.storedAt, at + 28)
  buffer.writeDoubleLE(header.staleAt, at + 36)
  buffer.writeDoubleLE(header.expiresAt, at + 44)
  buffer.writeDoubleLE(header.loadMs, at + 52)
}

/** Writes the checksum of the envelope from `at` to the end. */
export function seal(buffer: Buffer, at: number): void {
  buffer.writeUInt32LE(checksum(buffer, at), at + CHECKSUM_AT)
}

/** Whether the envelope from `at` to the end is as it was sealed. O(its length), 4 GB/s. */
export function isIntact(buffer: Buffer, at: number): boolean {
  return buffer.readUInt32LE(at + CHECKSUM_AT) === checksum(buffer, at)
}

/** The same bytes as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The first four bytes are the start of it, so that one call covers what lies on both sides of the checksum. */
function checksum(buffer: Buffer, at: number): number {
  return crc32(buffer.subarray(at + CHECKED_FROM), buffer.readUInt32LE(at))
}

/** NaN, which compares with nothing, is no instant. */
function hasLife({ storedAt, staleAt, expiresAt, loadMs }: EnvelopeHeader): boolean {
  return !Number.isNaN(storedAt) && staleAt <= expiresAt && Number.isFinite(loadMs)
}
