import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../entry.ts'
import type { Codec } from './codec.ts'
import { decodeEnvelope, encodeEnvelope, type EnvelopeFormat, MAX_VALUE_BYTES } from './envelope.ts'
import { readHeader } from './envelope-header.ts'
import { jsonCodec } from './json.ts'
import { knownCodecs } from './known-codecs.ts'
import { structuredCodec } from './structured.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
)
const key = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40 }),
  anyText.filter((text) => text !== ''),
  fc.string({ minLength: 4_000, maxLength: 4_096, unit: 'grapheme-ascii' }),
  fc.string({ minLength: 1_300, maxLength: 1_365, unit: fc.constantFrom('\u20ac', '\ud800', '\ufffd') }),
)
const instant = fc.oneof(
  fc.double({ min: 0, max: 1e13, noNaN: true }),
  fc.integer({ min: 0, max: 2e12 }),
  fc.constant(Infinity),
)
const stamp = fc.tuple(anyText, anyText, anyText).map(([tag, expire, remove]) => ({ tag, expire, delete: remove }))

/** Storable by every codec here, from nothing to sizes that are compressed and those that are not worth it. */
const jsonValue = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }),
  fc.tuple(fc.jsonValue(), fc.integer({ min: 100, max: 2_000 })).map(([part, times]) => new Array(times).fill(part)),
  fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 200, maxLength: 400, size: 'max' }),
  fc.nat(300_000).map((length) => 'text that is much alike '.repeat(length / 24)),
)
const value = fc.oneof(
  jsonValue,
  fc.constant(undefined),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
  fc.uint8Array({ maxLength: 10_000, size: 'max' }).map((bytes) => Buffer.from(bytes)),
)

function entryOf(values: fc.Arbitrary<unknown>): fc.Arbitrary<Entry> {
  const life = fc.tuple(instant, instant).map((instants) => instants.toSorted((left, right) => left - right))
  return fc
    .record({
      value: values,
      storedAt: instant,
      life,
      loadMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true })),
      etag: fc.option(anyText, { nil: undefined }),
      stamps: fc.array(stamp, { maxLength: 5 }),
    })
    .map(({ life: [staleAt = 0, expiresAt = 0], value: kept, storedAt, loadMs, etag, stamps }) => {
      return { value: kept, storedAt, staleAt, expiresAt, loadMs, etag, stamps }
    })
}

/** JSON as UTF-16, by the hand of a user. */
const ownCodec: Codec = {
  id: 255,
  name: 'own',
  encode: (plain) => Buffer.from(JSON.stringify(plain), 'utf16le'),
  decode: (bytes) => JSON.parse(Buffer.from(bytes).toString('utf16le')),
}

describe('Envelope, for any entry', () => {
  it.each([
    ['structured', structuredCodec, value],
    ['json', jsonCodec, jsonValue.map((plain) => withoutMinusZero(plain))],
    ['own', ownCodec, jsonValue.map((plain) => withoutMinusZero(plain))],
  ] as const)('gives it back by the codec %s', async (_, codec, values) => {
    const compression = fc.constantFrom('zstd' as const, false as const)
    await fc.assert(
      fc.asyncProperty(key, entryOf(values), compression, fc.nat(100), async (name, entry, packed, reserve) => {
        const codecs = knownCodecs(codec)
        const format: EnvelopeFormat = { codec, codecs, compression: packed, maxValueBytes: MAX_VALUE_BYTES, reserve }
        const record = await encodeEnvelope(name, entry, format)
        expect(isDeepStrictEqual(decodeEnvelope(name, record, format), entry)).toBe(true)
        expect(readHeader(record, reserve)).toMatchObject({ storedAt: entry.storedAt, expiresAt: entry.expiresAt })
        expect(decodeEnvelope(`${name}x`, record, format)).toBeUndefined()
      }),
      { numRuns: 700 },
    )
  })
})

/** As JSON writes it: the one number of JSON values that it changes. */
function withoutMinusZero(plain: unknown): unknown {
  return JSON.parse(JSON.stringify(plain))
}
