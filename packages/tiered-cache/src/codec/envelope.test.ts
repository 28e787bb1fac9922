import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Entry, makeEntry } from '../entry.ts'
import { UnstorableValueError } from '../errors.ts'
import type { Codec } from './codec.ts'
import { decodeEnvelope, encodeEnvelope, type EnvelopeFormat, MAX_VALUE_BYTES } from './envelope.ts'
import { HEADER_BYTES, readHeader, seal } from './envelope-header.ts'
import { jsonCodec } from './json.ts'
import { knownCodecs } from './known-codecs.ts'
import { structuredCodec } from './structured.ts'

const entry: Entry = {
  value: { when: new Date(5), text: '\u{1f680} caf\u00e9', list: [1, undefined] },
  storedAt: 1_700_000_000_000,
  staleAt: 1_700_000_060_000.5,
  expiresAt: Infinity,
  loadMs: 45_000.1,
  etag: 'W/"1"',
  stamps: [{ tag: 'news', expire: 'e1', delete: 'd1' }],
}
const formatOf = (codec: Codec, more: Partial<EnvelopeFormat> = {}): EnvelopeFormat => {
  return { codec, codecs: knownCodecs(codec), compression: 'zstd', maxValueBytes: MAX_VALUE_BYTES, reserve: 0, ...more }
}
const format = formatOf(structuredCodec)
/** Keeps bytes as they are: the very memory that it is given. */
const rawCodec: Codec = {
  id: 200,
  name: 'raw',
  encode: (value) => value as Uint8Array,
  decode: (bytes) => bytes,
}
const record = (stored: Entry = entry, by: EnvelopeFormat = format, key = 'k'): Buffer => {
  const encoded = encodeEnvelope(key, stored, by)
  if (encoded instanceof Promise) throw new Error('is compressed off the loop')
  return encoded
}
/** The record with bytes of its header changed and a right checksum. */
const forged = (change: (bytes: Buffer) => void, stored: Entry = entry): Buffer => {
  const bytes = record(stored)
  change(bytes)
  seal(bytes, 0)
  return bytes
}
const writeLengths = (bytes: Buffer, at: number, ...lengths: number[]): void => {
  for (const [position, length] of lengths.entries()) bytes.writeUInt32LE(length, at + 4 * position)
}
const compressible = makeEntry({ text: 'many times the same '.repeat(500) }, 0, 1, 1, 0)

describe('Envelope', () => {
  it('is these bytes, for good', () => {
    const stored = { ...entry, value: { a: [1, '\u00e9'] } }
    const bytes = record(stored, formatOf(jsonCodec), 'user:1')
    const header = '7eca0102 6b8dd595 02 00 0600 05000000 12000000 0e000000 0e000000'
    const instants = '00008056febc7842 00082665febc7842 000000000000f07f 3333333303f9e540'
    const rest = ['user:1', 'W/"1"', '["news","e1","d1"]', '{"a":[1,"\u00e9"]}']
    expect(bytes.toString('hex')).toBe(
      (header + instants).replaceAll(' ', '') + rest.map((part) => Buffer.from(part).toString('hex')).join(''),
    )
    expect(decodeEnvelope('user:1', bytes, format)).toStrictEqual(stored)
  })

  it.each<[string, Entry]>([
    ['all fields', entry],
    ['no etag and no stamps', { ...entry, etag: undefined, stamps: [] }],
    ['a life without end', makeEntry('v', 0, Infinity, 0, 0)],
    ['an undefined value', makeEntry(undefined, 1, 2, 3, 4)],
    ['no life at all', makeEntry(null, 5, 0, 0, 0)],
    ['an empty etag', { ...entry, etag: '' }],
    ['lone surrogates', { ...entry, etag: '\ud800', stamps: [{ tag: '\udfff', expire: '', delete: '\ud800' }] }],
    ['a value that is compressed', compressible],
  ])('gives back an entry with %s', (_, stored) => {
    for (const reserve of [0, 63]) {
      const by = { ...format, reserve }
      expect(decodeEnvelope('k', record(stored, by), by)).toStrictEqual(stored)
    }
  })

  it('gives back a negative entry by a codec that cannot keep undefined', () => {
    const stored = { ...entry, value: undefined }
    for (const codec of [jsonCodec, rawCodec]) {
      expect(decodeEnvelope('k', record(stored, formatOf(codec)), formatOf(codec))).toStrictEqual(stored)
    }
  })

  it('leaves the bytes in front to the tier', () => {
    const by = { ...format, reserve: 63 }
    const bytes = record(entry, by)
    expect(bytes.subarray(63)).toStrictEqual(record())
    bytes.fill('x', 0, 63)
    expect(decodeEnvelope('k', bytes, by)).toStrictEqual(entry)
    expect(decodeEnvelope('k', bytes, format)).toBeUndefined()
  })

  it('takes bytes that are no Buffer and lie anywhere in their memory', () => {
    const bytes = record()
    const padded = new Uint8Array(bytes.length + 10)
    padded.set(bytes, 3)
    expect(decodeEnvelope('k', padded.subarray(3, 3 + bytes.length), format)).toStrictEqual(entry)
  })

  it('tells keys apart that are alike in UTF-8', () => {
    const keys = ['\ud800', '\udfff', '\ufffd', 'k', '\u{1f680}']
    for (const key of keys) {
      for (const other of keys) {
        const read = decodeEnvelope(other, record(entry, format, key), format)
        expect(read).toStrictEqual(key === other ? entry : undefined)
      }
    }
  })

  it('reads what another codec of this package wrote, and what its own wrote', () => {
    const stored = { ...entry, value: new Uint8Array([1, 2, 3]) }
    const own = formatOf(rawCodec)
    expect(decodeEnvelope('k', record(stored), own)).toStrictEqual(stored)
    expect(decodeEnvelope('k', record(stored, own), own)).toStrictEqual(stored)
    expect(decodeEnvelope('k', record(stored, own), format)).toBeUndefined()
  })

  it('shares no memory with what was read', () => {
    const value = { bytes: Buffer.alloc(3_000, 'b'), view: new Float64Array(9).fill(7) }
    const bytes = record(makeEntry(value, 0, 1, 1, 0), { ...format, compression: false })
    const read = decodeEnvelope('k', bytes, format)?.value as typeof value
    bytes.fill(0)
    expect(read).toStrictEqual(value)
  })

  it.each([
    ['compressed', Buffer.alloc(5_000, 'b')],
    ['not compressed', Buffer.from(randomBytes(5_000))],
  ])('lets a codec keep the bytes that it is given: %s', (_, value) => {
    const own = formatOf(rawCodec)
    const bytes = record(makeEntry(value, 0, 1, 1, 0), own)
    const read = decodeEnvelope('k', bytes, own)?.value as Uint8Array
    bytes.fill(0)
    expect(Buffer.compare(read, value)).toBe(0)
    expect(read.buffer.byteLength).toBe(value.length)
  })

  it('compresses large values off the loop, as they were when it was called', async () => {
    const value = Buffer.alloc(8 * 1024 ** 2, 'b')
    const own = formatOf(rawCodec)
    const encoded = encodeEnvelope('k', makeEntry(value, 0, 1, 1, 0), own)
    value.fill('c', value.length - 1_000)
    expect(encoded).toBeInstanceOf(Promise)
    const bytes = await encoded
    expect(bytes.length).toBeLessThan(10_000)
    const read = decodeEnvelope('k', bytes, own)?.value as Uint8Array
    expect(Buffer.compare(read, Buffer.alloc(8 * 1024 ** 2, 'b'))).toBe(0)
  })

  it('compresses nothing where that is switched off', () => {
    const bytes = record(makeEntry('x'.repeat(1024 ** 2), 0, 1, 1, 0), { ...format, compression: false })
    expect(bytes.length).toBeGreaterThan(1024 ** 2)
    expect(decodeEnvelope('k', bytes, format)?.value).toHaveLength(1024 ** 2)
  })

  it('names the key and the path of what cannot be stored', () => {
    const unstorable = { ...entry, value: { load: Symbol('s') } }
    for (const codec of [structuredCodec, jsonCodec]) {
      const refused = expect(() => encodeEnvelope('user:1', unstorable, formatOf(codec)))
      refused.toThrow(UnstorableValueError)
      refused.toThrow('value of key "user:1" cannot be stored: $.load is a symbol')
    }
  })

  it('cannot store what a codec fails on', () => {
    const cause = new Error('from the codec')
    const failing: Codec = {
      ...rawCodec,
      encode() {
        throw cause
      },
    }
    const message = 'the value of key "k" cannot be stored: $ is what the codec "raw" fails on'
    const refused = expect(() => record(entry, formatOf(failing)))
    refused.toThrow(UnstorableValueError)
    refused.toThrow(expect.objectContaining({ message, cause }))
    const noBytes = { ...entry, value: 'text' }
    expect(() => record(noBytes, formatOf(rawCodec))).toThrow(expect.objectContaining({ message }))
  })

  it('neither writes nor reads what is too large', () => {
    const bytes = record(compressible)
    const small = { ...format, maxValueBytes: 1_000 }
    expect(() => record(compressible, small)).toThrow('cannot be stored: $ is larger than 1000 bytes')
    expect(decodeEnvelope('k', bytes, small)).toBeUndefined()
  })

  it.each<[string, Uint8Array]>([
    ['nothing', Buffer.alloc(0)],
    ['only a header', record().subarray(0, HEADER_BYTES)],
    ['zeros', Buffer.alloc(500)],
    ['text', Buffer.from('{"value":1}'.repeat(20))],
    ['no magic', forged((bytes) => bytes.writeUInt8(0, 1))],
    ['a later version', forged((bytes) => bytes.writeUInt8(2, 2))],
    ['a flag of a later version', forged((bytes) => bytes.writeUInt8(0x0a, 3))],
    ['a wrong checksum', record().fill(0, 4, 8)],
    ['an unknown codec', forged((bytes) => bytes.writeUInt8(3, 8))],
    ['an unknown codec of nothing', forged((bytes) => bytes.writeUInt8(3, 8), { ...entry, value: undefined })],
    ['an unknown compression', forged((bytes) => bytes.writeUInt8(2, 9))],
    ['a payload that is said to be compressed', forged((bytes) => bytes.writeUInt8(1, 9))],
    ['a payload that is not said to be', forged((bytes) => bytes.writeUInt8(0, 9), compressible)],
    ['a longer key', forged((bytes) => bytes.writeUInt16LE(2, 10))],
    ['parts that add up but do not fit', forged((bytes) => writeLengths(bytes, 12, 0, 23))],
    ['a payload that is shorter than the rest', forged((bytes) => writeLengths(bytes, 20, 1, 1))],
    ['a payload of 4 GiB', forged((bytes) => bytes.writeUInt32LE(2 ** 32 - 1, 20))],
    ['another raw length', forged((bytes) => bytes.writeUInt32LE(1, 24))],
    ['a raw length of 4 GiB', forged((bytes) => bytes.writeUInt32LE(2 ** 32 - 1, 24), compressible)],
    ['a raw length that is too short', forged((bytes) => bytes.writeUInt32LE(10_000, 24), compressible)],
    ['a raw length that is too long', forged((bytes) => bytes.writeUInt32LE(11_000, 24), compressible)],
    ['an instant that is none', forged((bytes) => bytes.writeDoubleLE(Number.NaN, 28))],
    ['a life that ends before it is stale', forged((bytes) => bytes.writeDoubleLE(5, 44))],
    ['a load that never ended', forged((bytes) => bytes.writeDoubleLE(Infinity, 52))],
    ['stamps that are none', record({ ...entry, stamps: [{ tag: 'a' } as never] })],
    [
      'a value that is malformed',
      record(entry, { ...format, codec: { ...rawCodec, id: 1, encode: () => Buffer.from('X1') } }),
    ],
    ['more than a record', Buffer.concat([record(), Buffer.alloc(1)])],
    ['less than a record', record().subarray(0, -1)],
    ['what is no bytes', 'text' as never],
    ['what is nothing', undefined as never],
  ])('reads a miss from %s', (_, bytes) => {
    expect(decodeEnvelope('k', bytes, format)).toBeUndefined()
  })
})

describe('EnvelopeHeader', () => {
  it('is read from the first bytes alone', () => {
    const by = { ...format, reserve: 63 }
    const header = readHeader(record(compressible, by).subarray(0, 63 + HEADER_BYTES), 63)
    expect(header).toMatchObject({ codec: 1, compression: 1, storedAt: 0, staleAt: 1, expiresAt: 2, loadMs: 0 })
    expect(header?.rawLength).toBeGreaterThan(10_000)
    expect(header?.storedLength).toBeLessThan(1_000)
  })

  it('is none of bytes that are too few, foreign or of another version', () => {
    expect(readHeader(record().subarray(0, HEADER_BYTES - 1))).toBeUndefined()
    expect(readHeader(record(), 1)).toBeUndefined()
    expect(readHeader(Buffer.alloc(HEADER_BYTES))).toBeUndefined()
    expect(readHeader(forged((bytes) => bytes.writeUInt8(0, 2)))).toBeUndefined()
  })
})
