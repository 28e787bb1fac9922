import { crc32 } from 'node:zlib'
import { decodeText, encodeText } from '../codec/structured.ts'
import type { Entry, TagStamp } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'

/*
 * One string per entry: `TC1`, the CRC-32 of the rest in 8 hexadecimal digits, the header as JSON, a line break, the text
 * of the value. The mark names the version: a reader of another version reads a miss. The key is inside, because stores
 * map different keys to one place (Keyv 5 stores `a` and `keyv:a` as one); no field of the header can hold a line break.
 */
const MARK = 'TC1'
const CHECKSUM_END = MARK.length + 8
/** JSON has no infinity. */
const NEVER = 'never'
const NO_STAMPS: readonly TagStamp[] = []

/**
 * The string of an entry.
 * @throws UnstorableValueError with the key, for a value that would come back changed.
 */
export function encodeRecord(key: string, entry: Entry): string {
  const stamps = entry.stamps.map((stamp) => [stamp.tag, stamp.expire, stamp.delete])
  const header = [
    key,
    entry.storedAt,
    writtenInstant(entry.staleAt),
    writtenInstant(entry.expiresAt),
    entry.loadMs,
    entry.etag ?? null,
    stamps,
  ]
  const body = `${JSON.stringify(header)}\n${valueText(key, entry.value)}`
  return MARK + checksum(body) + body
}

/**
 * The entry of a string that {@link encodeRecord} made for `key`, else `undefined`: for anything foreign, damaged, cut, of
 * another version or of another key. Never throws.
 */
export function decodeRecord(key: string, text: unknown): Entry | undefined {
  if (typeof text !== 'string' || !text.startsWith(MARK)) return undefined
  const body = text.slice(CHECKSUM_END)
  if (text.slice(MARK.length, CHECKSUM_END) !== checksum(body) || !isWellFormed(body)) return undefined
  const headerEnd = body.indexOf('\n')
  try {
    const header: unknown = JSON.parse(body.slice(0, headerEnd))
    return entryOf(key, header, body.slice(headerEnd + 1))
  } catch {
    return undefined
  }
}

function valueText(key: string, value: unknown): string {
  try {
    return encodeText(value)
  } catch (error) {
    if (error instanceof UnstorableValueError) throw new UnstorableValueError(key, error.path, error.kind)
    throw error
  }
}

function checksum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}

/** To the checksum, a lone surrogate is U+FFFD: damage that it cannot see. No record has one, for JSON escapes them. */
function isWellFormed(body: string): boolean {
  return (body as string & { isWellFormed(): boolean }).isWellFormed()
}

function entryOf(key: string, header: unknown, text: string): Entry | undefined {
  if (!Array.isArray(header) || header.length !== 7 || header[0] !== key) return undefined
  const [, storedAt, writtenStaleAt, writtenExpiresAt, loadMs, etag, writtenStamps] = header as unknown[]
  const staleAt = readInstant(writtenStaleAt)
  const expiresAt = readInstant(writtenExpiresAt)
  const stamps = readStamps(writtenStamps)
  const complete = isFinite(storedAt) && staleAt <= expiresAt && isFinite(loadMs) && stamps !== undefined
  if (!complete || (etag !== null && typeof etag !== 'string')) return undefined
  return { value: decodeText(text), storedAt, staleAt, expiresAt, loadMs, etag: etag ?? undefined, stamps }
}

function writtenInstant(instant: number): number | string {
  return instant === Infinity ? NEVER : instant
}

/** NaN, which compares with nothing, for what is no instant. */
function readInstant(written: unknown): number {
  if (written === NEVER) return Infinity
  return isFinite(written) ? written : Number.NaN
}

function isFinite(candidate: unknown): candidate is number {
  return Number.isFinite(candidate)
}

function readStamps(written: unknown): readonly TagStamp[] | undefined {
  if (!Array.isArray(written) || !written.every(isStamp)) return undefined
  return written.length === 0 ? NO_STAMPS : written.map(([tag, expire, remove]) => ({ tag, expire, delete: remove }))
}

function isStamp(written: unknown): written is readonly [string, string, string] {
  return Array.isArray(written) && written.length === 3 && written.every((part) => typeof part === 'string')
}
