import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { PlainSketch } from '../../../test/policy-plain-sketch.fixture.ts'
import { FrequencySketch, MOST_FREQUENT } from './frequency-sketch.ts'

const seed = testSeed()

describe('FrequencySketch', () => {
  it(`agrees with a number for each counter (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const sketch = new FrequencySketch(1_000)
    const plain = new PlainSketch(1_000)
    const hashes = hashesOf(2_000, random)
    for (let step = 0; step < 20_000; step++) {
      const hash = random.pick(hashes)
      const count = random.int(0, MOST_FREQUENT)
      const words = random.chance(0.01) ? 1_000 : random.int(1, 9)
      if (random.chance(0.5)) expect(sketch.ageSome(words)).toBe(plain.ageSome(words))
      else for (const each of [sketch, plain]) each.raise(hash, count)
      if (step === 5_000 || step === 5_100) for (const each of [sketch, plain]) each.double()
      expect([sketch.estimate(hash), sketch.entries]).toEqual([plain.estimate(hash), plain.entries])
    }
  })

  it(`never counts too low since it was last halved (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const sketch = new FrequencySketch(500)
    let model = new Map<number, number>()
    for (let step = 0; step < 30_000; step++) {
      const hash = Math.floor(3_000 * random.next() ** 2) * 0x9e37_79b1
      const count = Math.min(sketch.estimate(hash) + 1, MOST_FREQUENT)
      sketch.raise(hash, count)
      model.set(hash, Math.max(model.get(hash) ?? 0, count))
      if (step % 7_000 === 6_999) {
        sketch.ageSome(Infinity)
        model = new Map([...model].map(([each, known]) => [each, known >>> 1]))
      }
      if (step % 1_000 === 0)
        for (const [each, known] of model) expect(sketch.estimate(each)).toBeGreaterThanOrEqual(known)
    }
  })

  it(`counts most keys exactly while it holds no more than it was made for (TEST_SEED=${seed})`, () => {
    const sketch = new FrequencySketch(4_096)
    const hashes = hashesOf(4_096, seededRandom(seed))
    for (const [at, hash] of hashes.entries()) sketch.raise(hash, at % 8)
    const exact = hashes.filter((hash, at) => sketch.estimate(hash) === at % 8)
    expect(exact.length).toBeGreaterThan(0.97 * hashes.length)
  })

  it('counts to fifteen and stays there', () => {
    const sketch = new FrequencySketch(1)
    for (let use = 0; use < 40; use++) sketch.raise(-7, Math.min(sketch.estimate(-7) + 1, MOST_FREQUENT))
    sketch.raise(-7, 3)
    expect([sketch.estimate(-7), sketch.estimate(8)]).toEqual([15, 0])
  })

  it.each([1, 4, 7, 100_000])('halves every counter once in slices of %i words', (words) => {
    const sketch = new FrequencySketch(1)
    const hashes = hashesOf(300, seededRandom(1))
    for (const [at, hash] of hashes.entries()) sketch.raise(hash, at % 16)
    const before = hashes.map((hash) => sketch.estimate(hash))
    while (!sketch.ageSome(words)) continue
    expect(hashes.map((hash) => sketch.estimate(hash))).toEqual(before.map((count) => count >>> 1))
  })

  it('knows what it knew when it is doubled', () => {
    const sketch = new FrequencySketch(1)
    const hashes = hashesOf(3_000, seededRandom(2))
    for (const [at, hash] of hashes.entries()) sketch.raise(hash, at % 16)
    const before = hashes.map((hash) => sketch.estimate(hash))
    const { entries } = sketch
    sketch.double()
    expect(hashes.map((hash) => sketch.estimate(hash))).toEqual(before)
    expect(sketch.entries).toBe(2 * entries)
  })

  it.each([1, 1_024, 1_025, 5_000, 100_000])('is large enough for %i entries', (entries) => {
    expect(new FrequencySketch(entries).entries).toBeGreaterThanOrEqual(entries)
    expect(new FrequencySketch(entries).entries).toBeLessThanOrEqual(Math.max(1_024, 2 * entries))
  })
})

function hashesOf(count: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.int(-(2 ** 31), 2 ** 31 - 1))
}
