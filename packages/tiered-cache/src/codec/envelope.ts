import type { Entry } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'
import { shown } from '../option-object.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { Codec } from './codec.ts'
import { isOwn } from './known-codecs.ts'
import { type Compression, compress, decompress } from './compression.ts'
import {
  asBuffer,
  type EnvelopeHeader,
  FLAG,
  HEADER_BYTES,
  isIntact,
  readHeader,
  seal,
  writeHeader,
} from './envelope-header.ts'
import { isKey } from './key-bytes.ts'
import { readStamps, stampText } from './stamp-text.ts'

/** How a tier writes and reads envelopes. */
export interface EnvelopeFormat {
  /** What values are written with. */
  readonly codec: Codec
  /** What they are read with, by id: those of `knownCodecs`. */
  readonly codecs: ReadonlyMap<number, Codec>
  readonly compression: Compression
  /** Larger values are neither written nor read: bytes before compression, below 4 GiB. */
  readonly maxValueBytes: number
  /** Bytes at the front that are the tier's own. In an encoded record they hold anything: the tier writes all of them. */
  readonly reserve: number
}

/** The usual `maxValueBytes`: 256 MiB. */
export const MAX_VALUE_BYTES: number = 256 * 1024 ** 2

const UNCOMPRESSED = 0
const ZSTD = 1
const NOTHING = new Uint8Array(0)

/**
 * The record of an entry: `reserve` bytes, the header, then key, etag, stamps and payload. In one piece of memory, written
 * once. A promise where the value is so large that it is compressed off the loop: it never rejects, and the value may change
 * meanwhile.
 * @throws UnstorableValueError with the key, for what the codec refuses or fails on and for what is too large.
 */
export function encodeEnvelope(key: string, entry: Entry, format: EnvelopeFormat): MaybePromise<Buffer> {
  const payload = payloadOf(key, entry.value, format)
  const frame = format.compression === false ? undefined : compress(payload)
  if (!(frame instanceof Promise)) return recordOf(key, entry, payload, frame, format)
  return frame.then((done) => recordOf(key, entry, payload, done, format))
}

/**
 * The entry of a record that {@link encodeEnvelope} made for `key`, else `undefined`: for anything foreign, damaged, cut, of
 * another version, codec or compression, too large, or of another key. Never throws. The entry shares no memory with the
 * bytes.
 */
export function decodeEnvelope(key: string, bytes: Uint8Array, format: EnvelopeFormat): Entry | undefined {
  try {
    const buffer = asBuffer(bytes)
    const header = readHeader(buffer, format.reserve)
    if (header === undefined || !fits(header, buffer, format)) return undefined
    return isIntact(buffer, format.reserve) ? entryOf(key, header, buffer, format) : undefined
  } catch {
    return undefined
  }
}

function payloadOf(key: string, value: unknown, { codec, compression, maxValueBytes }: EnvelopeFormat): Uint8Array {
  if (value === undefined) return NOTHING
  const payload = encoded(key, value, codec)
  if (payload.length > maxValueBytes) throw new UnstorableValueError(key, '$', `larger than ${maxValueBytes} bytes`)
  // The user's codec may give the value itself, which the user may change while it is being compressed.
  return isOwn(codec) && compression !== false ? new Uint8Array(payload) : payload
}

function encoded(key: string, value: unknown, codec: Codec): Uint8Array {
  try {
    const payload: unknown = codec.encode(value)
    if (payload instanceof Uint8Array) return payload
    throw new TypeError(`encode of a codec must return a Uint8Array, got ${shown(payload)}`)
  } catch (error) {
    if (error instanceof UnstorableValueError) throw new UnstorableValueError(key, error.path, error.kind)
    const refusal = new UnstorableValueError(key, '$', `what the codec "${codec.name}" fails on`)
    refusal.cause = error
    throw refusal
  }
}

function recordOf(
  key: string,
  entry: Entry,
  payload: Uint8Array,
  frame: Uint8Array | undefined,
  format: EnvelopeFormat,
): Buffer {
  const { etag = '', stamps } = entry
  const isWide = !isWellFormed(key) || !isWellFormed(etag)
  const encoding = isWide ? 'utf16le' : 'utf8'
  const stored = frame ?? payload
  const stampsText = stampText(stamps)
  const header: EnvelopeHeader = {
    flags: flagsOf(entry, isWide),
    codec: format.codec.id,
    compression: frame === undefined ? UNCOMPRESSED : ZSTD,
    keyLength: Buffer.byteLength(key, encoding),
    etagLength: etag === '' ? 0 : Buffer.byteLength(etag, encoding),
    stampsLength: stampsText === '' ? 0 : Buffer.byteLength(stampsText),
    storedLength: stored.length,
    rawLength: payload.length,
    storedAt: entry.storedAt,
    staleAt: entry.staleAt,
    expiresAt: entry.expiresAt,
    loadMs: entry.loadMs,
  }
  const record = Buffer.allocUnsafe(format.reserve + envelopeLength(header))
  writeHeader(record, format.reserve, header)
  let at = format.reserve + HEADER_BYTES
  at += record.write(key, at, encoding)
  if (etag !== '') at += record.write(etag, at, encoding)
  if (stampsText !== '') at += record.write(stampsText, at)
  record.set(stored, at)
  seal(record, format.reserve)
  return record
}

function flagsOf({ value, etag }: Entry, isWide: boolean): number {
  return (value === undefined ? FLAG.absent : 0) | (etag === undefined ? 0 : FLAG.etag) | (isWide ? FLAG.wide : 0)
}

function envelopeLength({ keyLength, etagLength, stampsLength, storedLength }: EnvelopeHeader): number {
  return HEADER_BYTES + keyLength + etagLength + stampsLength + storedLength
}

/** Whether the lengths are those of the bytes at hand and allowed. */
function fits(header: EnvelopeHeader, buffer: Buffer, { reserve, maxValueBytes }: EnvelopeFormat): boolean {
  if (reserve + envelopeLength(header) !== buffer.length || header.rawLength > maxValueBytes) return false
  return header.compression === ZSTD || header.storedLength === header.rawLength
}

function entryOf(key: string, header: EnvelopeHeader, buffer: Buffer, format: EnvelopeFormat): Entry | undefined {
  const { flags, storedAt, staleAt, expiresAt, loadMs } = header
  const isWide = (flags & FLAG.wide) !== 0
  const keyAt = format.reserve + HEADER_BYTES
  const etagAt = keyAt + header.keyLength
  const stampsAt = etagAt + header.etagLength
  const payloadAt = stampsAt + header.stampsLength
  if (!isKey(key, buffer, keyAt, etagAt, isWide)) return undefined
  const codec = format.codecs.get(header.codec)
  if (codec === undefined || header.compression > ZSTD) return undefined
  const value = (flags & FLAG.absent) === 0 ? valueOf(codec, header, buffer.subarray(payloadAt)) : undefined
  const etag = (flags & FLAG.etag) === 0 ? undefined : buffer.toString(isWide ? 'utf16le' : 'utf8', etagAt, stampsAt)
  const stamps = readStamps(stampsAt === payloadAt ? '' : buffer.toString('utf8', stampsAt, payloadAt))
  return { value, storedAt, staleAt, expiresAt, loadMs, etag, stamps }
}

function valueOf(codec: Codec, { compression, rawLength }: EnvelopeHeader, stored: Uint8Array): unknown {
  const raw = compression === ZSTD ? decompress(stored, rawLength) : stored
  // The user's codec may keep what it gets: it has memory of its own, and no more than it needs.
  return codec.decode(isOwn(codec) ? new Uint8Array(raw) : raw)
}

/** Without lone surrogates, which in UTF-8 would all be one character. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}
