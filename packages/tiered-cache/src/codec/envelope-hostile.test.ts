import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { type Entry, makeEntry } from '../entry.ts'
import type { Codec } from './codec.ts'
import { decodeEnvelope, encodeEnvelope, type EnvelopeFormat } from './envelope.ts'
import { HEADER_BYTES, seal } from './envelope-header.ts'
import { knownCodecs } from './known-codecs.ts'
import { structuredCodec } from './structured.ts'

const MAX_VALUE_BYTES = 2 ** 20
const LENGTHS_AT = [10, 12, 16, 20, 24]
const format = formatOf(structuredCodec)
const seed = testSeed()

interface Sample {
  readonly key: string
  readonly entry: Entry
  readonly record: Buffer
}
const samples = [
  sample('plain', { id: 7, text: 'caf\u00e9', list: [1, 2.5, null] }),
  sample(
    'rich',
    new Map<unknown, unknown>([
      ['when', new Date(5)],
      ['bytes', Buffer.alloc(90, 'b')],
    ]),
  ),
  sample('negative', undefined),
  sample('\ud800 wide', 'value', { etag: '\udfff' }),
  sample('tagged', [1n], { etag: 'e', stamps: [{ tag: 'news \u{1f680}', expire: 'e1', delete: 'd1' }] }),
  sample('packed', { text: 'much alike '.repeat(400) }),
]

describe(`Envelope, reading what it did not write (seed ${seed})`, () => {
  it('reads a miss, or the very entry, from 100 000 records that were changed on the way', () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 100_000; round++) {
      const { key, entry, record } = random.pick(samples)
      const changed = mutated(random, record)
      const read = decodeEnvelope(key, changed, format)
      const isUnchanged = Buffer.compare(changed, record) === 0
      const isRight = isUnchanged ? isDeepStrictEqual(read, entry) : read === undefined
      if (!isRight) expect.fail(`round ${round}: ${key} was read from ${changed.toString('hex')}`)
    }
  })

  it('throws nothing and gives no other key for 50 000 records that were changed by somebody who knows the checksum', () => {
    const random = seededRandom(seed + 1)
    let readable = 0
    for (let round = 0; round < 50_000; round++) {
      const { key, record } = random.pick(samples)
      const changed = mutated(random, record)
      if (random.chance(0.3)) claim(random, changed)
      if (changed.length >= HEADER_BYTES) seal(changed, 0)
      const read = decodeEnvelope(key, changed, format)
      if (read !== undefined && ++readable > 0) expect(holdsKey(key, changed)).toBe(true)
    }
    expect(readable).toBeGreaterThan(1_000)
    expect(Object.keys(Object.prototype)).toStrictEqual([])
  })

  it('grows no bomb, whatever length is claimed', async () => {
    const bomb = await bombOf(200 * 1024 ** 2)
    const before = process.memoryUsage().rss
    for (const claimed of [0, 1, 1_000, MAX_VALUE_BYTES, MAX_VALUE_BYTES + 1, 2 ** 32 - 1]) {
      bomb.writeUInt32LE(claimed, 24)
      seal(bomb, 0)
      for (let round = 0; round < 5; round++) expect(decodeEnvelope('bomb', bomb, format)).toBeUndefined()
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(60e6)
  })
})

function formatOf(codec: Codec): EnvelopeFormat {
  return { codec, codecs: knownCodecs(codec), compression: 'zstd', maxValueBytes: MAX_VALUE_BYTES, reserve: 0 }
}

function sample(key: string, value: unknown, facts: Partial<Entry> = {}): Sample {
  const entry = { ...makeEntry(value, 1_700_000_000_000, 60_000, Infinity, 12.5), ...facts }
  const record = encodeEnvelope(key, entry, format)
  if (record instanceof Promise) throw new Error('is compressed off the loop')
  return { key, entry, record }
}

/** A copy with one to three changes. */
function mutated(random: Random, record: Buffer): Buffer {
  let changed: Buffer = Buffer.from(record)
  for (let times = random.int(1, 3); times > 0; times--) changed = random.pick(MUTATIONS)(random, changed)
  return changed
}

type Mutation = (random: Random, bytes: Buffer) => Buffer
const place = (random: Random, bytes: Buffer): number => random.int(0, bytes.length)
const MUTATIONS: readonly Mutation[] = [
  function flipsBit(random, bytes) {
    const at = random.int(0, Math.max(0, bytes.length - 1))
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.int(0, 7))
    return bytes
  },
  function changesHeader(random, bytes) {
    bytes[random.int(0, HEADER_BYTES)] = random.int(0, 255)
    return bytes
  },
  (random, bytes) => bytes.subarray(0, place(random, bytes)),
  (random, bytes) => bytes.subarray(place(random, bytes)),
  (random, bytes) => bytes.fill(0, place(random, bytes), place(random, bytes)),
  (random, bytes) => Buffer.concat([bytes, Buffer.alloc(random.int(1, 9), random.int(0, 255))]),
  function dropsPart(random, bytes) {
    const at = place(random, bytes)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.int(1, 8))])
  },
  function splicesOther(random, bytes) {
    const other = random.pick(samples).record
    return Buffer.concat([bytes.subarray(0, place(random, bytes)), other.subarray(place(random, other))])
  },
  function swapsPayload(random, bytes) {
    const other = random.pick(samples).record
    const at = random.int(0, HEADER_BYTES)
    return Buffer.concat([bytes.subarray(0, at), other.subarray(at)])
  },
  (random) => Buffer.from(random.pick(samples).record),
  (random) => randomBytesOf(random, random.int(0, 300)),
]

/** Another length in the header, often one that is made up for elsewhere. */
function claim(random: Random, bytes: Buffer): void {
  if (bytes.length < HEADER_BYTES) return
  const at = random.pick(LENGTHS_AT.slice(1))
  const length = random.pick([0, 1, bytes.length, MAX_VALUE_BYTES, 2 ** 31, 2 ** 32 - 1, random.int(0, 500)])
  bytes.writeUInt32LE(length, at)
}

function randomBytesOf(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.int(0, 255)))
}

/** Whether the record says that it is the key's, in either encoding. */
function holdsKey(key: string, record: Buffer): boolean {
  const stored = record.subarray(HEADER_BYTES, HEADER_BYTES + record.readUInt16LE(10))
  return stored.toString('utf8') === key || stored.toString('utf16le') === key
}

/** A small record of a value that is far larger than is allowed. */
async function bombOf(bytes: number): Promise<Buffer> {
  const zeros: Codec = { id: 200, name: 'zeros', encode: () => Buffer.alloc(bytes), decode: () => randomBytes(1) }
  const record = await encodeEnvelope('bomb', makeEntry(0, 0, 1, 1, 0), { ...formatOf(zeros), maxValueBytes: bytes })
  record.writeUInt8(structuredCodec.id, 8)
  return record
}
