import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { hashOf, mixed } from './key-hash.ts'

const seed = testSeed()
const BUCKETS = 64
const KEYS = 64_000

const NAMES: readonly (readonly [name: string, key: (at: number) => string])[] = [
  ['numbers', (at) => `${at}`],
  ['users', (at) => `user:${at}:profile`],
  ['padded numbers', (at) => `${at}`.padStart(12, '0')],
  ['other alphabets', (at) => `ключ-${String.fromCharCode(0x4e00 + (at % 20_000))}${at}`],
  ['one letter many times', (at) => 'a'.repeat(at % 400) + (at / 400).toFixed(0)],
]

describe('hashOf', () => {
  const seeds = [0, 1, -1, 0x8000_0000 | 0, seed | 0]

  describe.each(NAMES)(`spreads %s (TEST_SEED=${seed})`, (_name, key) => {
    it.each([0, 3, 13, 26])('evenly by the bits from %i on', (shift) => {
      for (const each of seeds) {
        expect(unevenness((at) => (hashOf(key(at), each) >>> shift) % BUCKETS)).toBeLessThan(2.5)
      }
    })
  })

  it('spreads what is mixed again evenly', () => {
    for (const shift of [0, 5, 10, 15]) {
      expect(unevenness((at) => (mixed(hashOf(`key:${at}`, seed)) >>> shift) % 32, 32)).toBeLessThan(2.5)
    }
  })

  it(`is a whole number of 32 bits, the same for the same key and seed (TEST_SEED=${seed})`, () => {
    for (const key of ['', 'a', 'ab', 'abc', '\u{1f600}', '\ud800']) {
      expect(hashOf(key, seed)).toBe(hashOf(key, seed) | 0)
      // The one key without a letter is the same for all seeds.
      if (key !== '') expect(hashOf(key, seed)).not.toBe(hashOf(key, seed + 1))
    }
  })

  it('tells keys apart by each of their letters, their order and their number', () => {
    const keys = [
      '',
      'a',
      'b',
      'aa',
      'ab',
      'ba',
      'abc',
      'acb',
      'abcd',
      'abdc',
      'cdab',
      'abc\0',
      '\0',
      '\0\0',
      '\u0100',
      'a\0',
    ]
    expect(new Set(keys.map((key) => hashOf(key, seed))).size).toBe(keys.length)
  })

  it(`is another one for another seed: what collides for one does not for others (TEST_SEED=${seed})`, () => {
    const collisions = collisionsOf(seed, 400_000)
    expect(collisions.length).toBeGreaterThan(0)
    for (const [one, other] of collisions) {
      const still = seedsFrom(seed + 1).filter((each) => hashOf(one, each) === hashOf(other, each))
      expect(still.length, `${one} and ${other}`).toBeLessThan(10)
    }
  })

  // The highest bit passes through a multiplication unchanged, whatever the seed: whoever can set it can cancel it later on.
  it(`has no keys that collide whatever the seed, made by the highest bits (TEST_SEED=${seed})`, () => {
    const someSeeds = seedsFrom(seed)
    const worst = { pair: '', seeds: 0 }
    for (const [one, other] of pairsByDifference()) {
      const alike = someSeeds.filter((each) => hashOf(one, each) === hashOf(other, each)).length
      if (alike > worst.seeds) Object.assign(worst, { pair: `${one} and ${other}`, seeds: alike })
    }
    expect(worst.seeds, `of ${someSeeds.length} seeds ${worst.pair} collide`).toBeLessThan(5)
  })
})

/** How far the counts are from even: chi squared by the number of buckets, about 1 where chance alone is at work. */
function unevenness(bucket: (at: number) => number, buckets: number = BUCKETS): number {
  const counts = Array.from({ length: buckets }, () => 0)
  for (let at = 0; at < KEYS; at++) counts[bucket(at)]!++
  const expected = KEYS / buckets
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0) / buckets
}

function collisionsOf(hashSeed: number, keys: number): (readonly [string, string])[] {
  const seen = new Map<number, string>()
  const pairs: (readonly [string, string])[] = []
  const random = seededRandom(hashSeed)
  for (let at = 0; at < keys; at++) {
    const key = `${random.next()}${random.next()}`
    const hash = hashOf(key, hashSeed)
    const other = seen.get(hash)
    if (other === undefined) seen.set(hash, key)
    else pairs.push([other, key])
  }
  return pairs
}

/** Keys of four code units that differ by one bit of the first two and up to two bits of each of the last two. */
function* pairsByDifference(): Generator<readonly [string, string]> {
  const bits = [0, ...Array.from({ length: 16 }, (_, bit) => 1 << bit)]
  const twoBits = [...new Set(bits.flatMap((one) => bits.map((other) => one | other)))]
  for (const [first, second] of [0x4000, 0x8000].flatMap((bit) => [[bit, 0] as const, [0, bit] as const])) {
    for (const third of [0, 0x8000, 1]) {
      for (const fourth of twoBits) {
        const other = [0x61 ^ first, 0x62 ^ second, 0x63 ^ third, 0x64 ^ fourth]
        yield ['abcd', String.fromCharCode(...other)]
      }
    }
  }
}

function seedsFrom(first: number): number[] {
  const random = seededRandom(first)
  return Array.from({ length: 40 }, () => random.int(-(2 ** 31), 2 ** 31 - 1))
}
