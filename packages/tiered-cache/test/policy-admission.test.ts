import { testSeed } from '@org/testkit'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LruPolicy } from '../src/policies/lru-policy.ts'
import { SievePolicy } from '../src/policies/sieve-policy.ts'
import { FrequencySketch, MOST_FREQUENT } from '../src/policies/tinylfu/frequency-sketch.ts'
import { TinyLfuPolicy } from '../src/policies/tinylfu/tinylfu-policy.ts'
import { MOST_VICTIMS } from '../src/policies/visits.ts'
import { PolicyDriver, type PolicyMaker } from './policy-driver.fixture.ts'

const seed = testSeed()

const POLICIES: readonly (readonly [name: string, make: PolicyMaker])[] = [
  ['LruPolicy', () => new LruPolicy()],
  ['SievePolicy', () => new SievePolicy()],
  ['TinyLfuPolicy', (weights, bounds) => new TinyLfuPolicy(weights, bounds, seed)],
]

describe.each(POLICIES)('%s', (_name, makePolicy) => {
  it.each([
    [2, 2_000],
    [10, 600],
    [17, 2_000],
    [100, 2_000],
    [500, 2_000],
  ])(
    `lets hot keys of weight %i in, of %i in all, where light ones are that nobody asks for any more (TEST_SEED=${seed})`,
    (weight, maxWeight) => {
      const driver = new PolicyDriver({ maxEntries: Infinity, maxWeight }, makePolicy)
      for (let at = 0; at < maxWeight; at++) driver.ask(`light:${at}`, 1)
      let hits = 0
      for (let at = 0; at < 20_000; at++) if (driver.ask(`heavy:${at % 3}`, weight)) hits++
      expect(hits).toBeGreaterThan(10_000)
    },
  )

  it.each([1, 2, 3, 10])(`keeps one hot key through a scan: %i entries (TEST_SEED=${seed})`, (maxEntries) => {
    const driver = new PolicyDriver({ maxEntries, maxWeight: Infinity }, makePolicy)
    let hits = 0
    for (let at = 0; at < 1_000; at++) {
      driver.ask(`scanned:${at}`, 1)
      if (driver.ask('hot', 1)) hits++
    }
    expect(hits).toBeGreaterThanOrEqual(maxEntries > 1 ? 990 : 0)
  })
})

describe('LruPolicy', () => {
  it('lets a newcomer in that displaces hundreds, within a few operations, though light ones come between', () => {
    const driver = new PolicyDriver({ maxEntries: Infinity, maxWeight: 2_000 }, () => new LruPolicy())
    for (let at = 0; at < 2_000; at++) driver.ask(`light:${at}`, 1)
    let asked = 0
    for (; !driver.ask('heavy', 500) && asked < 100; asked++) driver.ask(`between:${asked}`, 1)
    expect(asked).toBeLessThanOrEqual(Math.ceil(500 / MOST_VICTIMS) + 2)
  })
})

describe('TinyLfuPolicy', () => {
  it.each([
    // Two of the three fit beside nothing else; where one alone fits it is displaced each time, as with LRU.
    [40, 15_000],
    [60, 15_000],
    [80, 50_000],
    [1_000, 50_000],
  ])(
    `does not freeze: keys of 150 get in where %i of 10 were used twice, for %i hits (TEST_SEED=${seed})`,
    (entries, leastHits) => {
      const bounds = { maxEntries: Infinity, maxWeight: 10 * entries }
      const driver = new PolicyDriver(bounds, (weights) => new TinyLfuPolicy(weights, bounds, seed))
      for (let at = 0; at < 2 * entries; at++) driver.ask(`light:${at % entries}`, 10)
      let hits = 0
      for (let at = 0; at < 60_000; at++) if (driver.ask(`heavy:${at % 3}`, 150)) hits++
      expect(hits).toBeGreaterThan(leastHits)
    },
  )

  it(`remembers how often each key was used that is deleted, of however many (TEST_SEED=${seed})`, () => {
    const bounds = { maxEntries: 40, maxWeight: Infinity }
    const driver = new PolicyDriver(bounds, (weights) => new TinyLfuPolicy(weights, bounds, seed))
    for (let at = 0; at < 60; at++) driver.ask(`key:${at}`, 1)
    const keys = [...driver.slots.keys()].slice(0, 6)
    for (let at = 0; at < 120; at++) driver.ask(keys[at % keys.length]!, 1)
    const raise = vi.spyOn(FrequencySketch.prototype, 'raise')
    onTestFinished(() => raise.mockRestore())
    for (const key of keys) driver.delete(key)
    expect(raise.mock.calls.map(([, count]) => count)).toEqual(keys.map(() => MOST_FREQUENT))
  })
})
