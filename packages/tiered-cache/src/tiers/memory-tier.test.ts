import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { type Entry, makeEntry } from '../entry.ts'
import { namespacePrefix } from '../key.ts'
import type { MemoryPolicy, MemoryTierOptions } from './memory/memory-tier-options.ts'
import { type MemoryTier, memoryTier } from './memory-tier.ts'
import { MISS } from './tier.ts'

const NOW = 2_000
const POLICIES: readonly MemoryPolicy[] = ['tinylfu', 'lru', 'sieve']
const SEED = testSeed()

const entry = (value: unknown): Entry => makeEntry(value, 1_000, 60_000, 0, 0)
const hottest = (tier: MemoryTier): readonly string[] => [...tier.hottest()].map(([key]) => key)
const heaviness = (value: unknown): number => value as number

function fill(tier: MemoryTier, count: number, prefix = 'key'): void {
  for (let at = 0; at < count; at++) tier.set(`${prefix} ${at}`, entry(at), NOW)
}

describe('MemoryTier', () => {
  it('has a bound of 10 000 entries where none is given', () => {
    const tier = memoryTier()
    fill(tier, 10_100)
    expect(tier.measure()).toMatchObject({ entries: 10_000, maxEntries: 10_000, evictions: 100, refusals: 0 })
  })

  it('counts by weight alone where only a weight is given', () => {
    const tier = memoryTier({ maxWeight: 20_000, weigh: () => 1 })
    fill(tier, 10_100)
    expect(tier.measure()).toMatchObject({ entries: 10_100, maxEntries: Infinity, weight: 10_100, maxWeight: 20_000 })
  })

  it('weighs entries as one each where they are only counted', () => {
    const tier = memoryTier({ maxEntries: 5 })
    fill(tier, 3)
    expect(tier.measure()).toMatchObject({ entries: 3, weight: 3, maxWeight: 5 })
  })

  it('takes a byte bound as text, and counts the key', () => {
    const tier = memoryTier({ maxBytes: '1kb' })
    tier.set('k'.repeat(900), entry(1))
    const { entries, weight, maxWeight } = tier.measure()
    expect([entries, maxWeight]).toEqual([1, 1024])
    expect(weight).toBeGreaterThan(900)
    tier.set('k'.repeat(1_100), entry(1))
    expect(tier.measure()).toMatchObject({ entries: 1, refusals: 1 })
  })

  it.each(['getFresh', 'get'] as const)('takes %s as a use and peek as none', (method) => {
    const tier = memoryTier({ maxEntries: 3, policy: 'lru' })
    fill(tier, 3)
    tier[method]('key 0', NOW)
    tier.peek('key 1')
    expect(hottest(tier)).toEqual(['key 0', 'key 2', 'key 1'])
  })

  it('takes a read that misses as no use', () => {
    const tier = memoryTier({ maxEntries: 3, policy: 'lru' })
    fill(tier, 3)
    expect(tier.getFresh('key 0', 61_000)).toBe(MISS)
    expect(tier.getFresh('nobody', NOW)).toBe(MISS)
    expect(hottest(tier)).toEqual(['key 2', 'key 1', 'key 0'])
  })

  it(`evicts with lru what was used longest ago, as a plain list does (TEST_SEED=${SEED})`, () => {
    const random = seededRandom(SEED)
    const tier = memoryTier({ maxEntries: 5, policy: 'lru' })
    let model: string[] = []
    const use = (key: string): void => {
      model = [key, ...model.filter((other) => other !== key)].slice(0, 5)
    }
    for (let step = 0; step < 5_000; step++) {
      const key = `key ${random.int(0, 9)}`
      const chance = random.next()
      if (chance < 0.4) {
        tier.set(key, entry(key), NOW)
        use(key)
      } else if (chance < 0.9) {
        const held = model.includes(key)
        expect(tier.getFresh(key, NOW)).toBe(held ? key : MISS)
        if (held) use(key)
      } else {
        tier.delete(key)
        model = model.filter((other) => other !== key)
      }
      expect(hottest(tier)).toEqual(model)
    }
  })

  it('keeps with tinylfu what is used against a scan, and counts it as the hottest', () => {
    const tier = memoryTier({ maxEntries: 100, seed: 1 })
    fill(tier, 10, 'used')
    for (let round = 0; round < 50; round++) {
      for (let at = 0; at < 10; at++) expect(tier.getFresh(`used ${at}`, NOW)).toBe(at)
      fill(tier, 20, `scan ${round}`)
    }
    // Some of the scan may share the counters of a used key.
    const hot = new Set(hottest(tier).slice(0, 20))
    const used = Array.from({ length: 10 }, (_, at) => `used ${at}`)
    expect(used.filter((key) => tier.peek(key) === undefined)).toEqual([])
    expect(used.filter((key) => hot.has(key)).length).toBeGreaterThanOrEqual(8)
    expect(tier.measure()).toMatchObject({ entries: 100, evictions: 910 })
  })

  it('overwrites in place, though it is full: what had its turn keeps it', () => {
    const tier = memoryTier({ maxWeight: 50, weigh: () => 10, policy: 'sieve' })
    fill(tier, 5)
    tier.set('key 0', entry('again'), NOW)
    expect(hottest(tier)).toEqual(['key 4', 'key 3', 'key 2', 'key 1', 'key 0'])
    fill(tier, 1, 'new')
    expect(tier.peek('key 0')?.value).toBe('again')
    expect(tier.peek('key 1')).toBeUndefined()
  })

  it('tells the share of the window with tinylfu alone', () => {
    for (const policy of POLICIES) {
      const tier = memoryTier({ maxEntries: 10, policy })
      fill(tier, 10)
      const { windowShare } = tier.measure()
      if (policy === 'tinylfu') expect(windowShare).toBeGreaterThan(0)
      else expect(windowShare).toBeUndefined()
    }
  })
})

describe.each(POLICIES)('An entry that is not let in, with the policy %s,', (policy) => {
  const weighed = (options: Partial<MemoryTierOptions> = {}): MemoryTier =>
    memoryTier({ policy, maxWeight: 100, weigh: heaviness, seed: 1, ...options })

  it('is heavier than the bound: it leaves no older value, displaces nothing, and is counted', () => {
    const tier = weighed()
    tier.set('other', entry(40))
    tier.set('key', entry(30))
    for (const weight of [101, Infinity]) tier.set('key', entry(weight))
    expect(tier.get('key')).toBeUndefined()
    expect(tier.getFresh('key', NOW)).toBe(MISS)
    expect(tier.measure()).toMatchObject({ entries: 1, weight: 40, evictions: 0, refusals: 2 })
  })

  it('would displace more than one operation may: room for it grows with each time that it comes', () => {
    const tier = weighed({ maxWeight: 1_000 })
    for (let at = 0; at < 1_000; at++) tier.set(`key ${at}`, entry(1), NOW)
    if (policy === 'tinylfu') {
      tier.set('heavy', entry(900), NOW)
      expect(tier.measure()).toMatchObject({ entries: 1_000, evictions: 0, refusals: 1 })
      return
    }
    for (let times = 1; tier.peek('heavy') === undefined; times++) {
      const { evictions } = tier.measure()
      tier.set('heavy', entry(900), NOW)
      expect(tier.measure().evictions - evictions).toBeLessThanOrEqual(44)
      // What is lighter does not take the room that is kept for it.
      tier.set(`light ${times}`, entry(1), NOW)
      expect(times).toBeLessThanOrEqual(22)
    }
    expect(tier.measure().weight).toBeLessThanOrEqual(1_000)
  })

  it('does not keep lighter ones out, whatever the bounds become', () => {
    const tier = weighed({ maxWeight: 1_000 })
    for (let at = 0; at < 1_000; at++) tier.set(`key ${at}`, entry(1), NOW)
    for (let times = 0; times < 14; times++) tier.set(`heavy ${times}`, entry(950), NOW)
    for (const key of ['a', 'b', 'a', 'b', 'a', 'b']) tier.set(key, entry(450), NOW)
    tier.resize({ maxWeight: 40 })
    for (let at = 0; at < 1_000; at++) tier.set(`light ${at}`, entry(1), NOW)
    expect(tier.measure().entries).toBe(40)
  })

  it('is kept in the end where it comes again and again among many lighter ones', () => {
    const tier = weighed({ maxWeight: 10_000, policy: policy === 'tinylfu' ? 'lru' : policy })
    let light = 0
    for (; light < 10_000; light++) tier.set(`light ${light}`, entry(1), NOW)
    let hits = 0
    for (let times = 0; times < 200; times++) {
      if (tier.getFresh('heavy', NOW) === MISS) tier.set('heavy', entry(60), NOW)
      else hits++
      for (let newcomers = 0; newcomers < 400; newcomers++) tier.set(`light ${light++}`, entry(1), NOW)
    }
    expect(hits).toBeGreaterThan(100)
  })

  it('leaves no older value, where it was not let in', () => {
    const tier = weighed({ maxWeight: 1_000 })
    for (let at = 0; at < 1_000; at++) tier.set(`key ${at}`, entry(1), NOW)
    tier.set('key 999', entry(900), NOW)
    expect(tier.peek('key 999')).toBeUndefined()
    expect(tier.measure().refusals).toBe(1)
  })

  it('weighs more than any number where there is no bound', () => {
    const tier = weighed({ maxWeight: Infinity })
    for (const weight of [1, Infinity, 2]) tier.set(`key ${weight}`, entry(weight))
    expect(tier.measure()).toMatchObject({ entries: 2, weight: 3, refusals: 1 })
    for (const key of ['a', 'b']) tier.set(key, entry(Number.MAX_VALUE))
    expect(tier.measure()).toMatchObject({ entries: 1, weight: Number.MAX_VALUE })
  })

  it('has a weight that is none: set throws and changes nothing', () => {
    const tier = weighed()
    tier.set('key', entry(30))
    for (const weight of [Number.NaN, -1, '5']) {
      expect(() => tier.set('key', entry(weight))).toThrow('weigh must give a number of zero or more, got')
    }
    expect(tier.peek('key')?.value).toBe(30)
    expect(tier.measure()).toMatchObject({ entries: 1, weight: 30, refusals: 0 })
  })
})

describe('The default policy', () => {
  it('refuses a heavy newcomer that is worth less than all it would displace together', () => {
    const tier = memoryTier({ maxWeight: 100, weigh: heaviness, seed: 1 })
    for (let at = 0; at < 10; at++) tier.set(`used ${at}`, entry(10), NOW)
    for (let at = 0; at < 10; at++) tier.getFresh(`used ${at}`, NOW)
    tier.set('heavy', entry(30), NOW)
    expect(tier.measure()).toMatchObject({ entries: 10, weight: 100, evictions: 0, refusals: 1 })
  })

  it('compares a heavy newcomer with all that it would displace, also where all of them were used of late', () => {
    const tier = memoryTier({ maxWeight: 1_000, weigh: heaviness, seed: 1 })
    for (let at = 0; at < 1_000; at++) tier.set(`used ${at}`, entry(1), NOW)
    for (let at = 0; at < 4_000; at++) tier.getFresh(`used ${at % 1_000}`, NOW)
    // Asked for 5 times, where some 40 entries were used 4 times each: and not often enough to be let in by chance.
    for (let times = 0; times < 5; times++) tier.set('heavy', entry(40), NOW)
    expect(tier.peek('heavy')).toBeUndefined()
    expect(tier.measure()).toMatchObject({ entries: 1_000, refusals: 5 })
  })

  it('counts the uses of one key in several namespaces apart', () => {
    const setIn = (names: readonly string[]): MemoryTier => {
      const tier = memoryTier({ maxWeight: 100, weigh: heaviness, seed: 1 })
      for (let at = 0; at < 10; at++) tier.set(`used ${at}`, entry(10), NOW)
      for (let at = 0; at < 10; at++) tier.getFresh(`used ${at}`, NOW)
      for (const name of names) tier.set(`${namespacePrefix(name)}heavy`, entry(30), NOW)
      return tier
    }
    const names = Array.from({ length: 30 }, (_, at) => `tenant ${at}`)
    expect(setIn(names).measure()).toMatchObject({ entries: 10, refusals: 30 })
    // Otherwise the line above would say nothing: one key that is asked for as often comes in.
    expect(
      setIn(names.map(() => 'tenant'))
        .namespace(namespacePrefix('tenant'))
        .getFresh('heavy', NOW),
    ).toBe(30)
  })

  it('keeps the place of an entry that grows', () => {
    const tier = memoryTier({ maxWeight: 100, weigh: heaviness, seed: 1 })
    for (let at = 0; at < 10; at++) tier.set(`used ${at}`, entry(10), NOW)
    for (let at = 0; at < 10; at++) tier.getFresh(`used ${at}`, NOW)
    tier.set('used 0', entry(40), NOW)
    expect(tier.peek('used 0')?.value).toBe(40)
    expect(tier.measure()).toMatchObject({ entries: 7, weight: 100, refusals: 0 })
  })

  it(`makes the same choices with the same seed (TEST_SEED=${SEED})`, () => {
    const keys = (seed: number): readonly string[] => {
      const random = seededRandom(SEED)
      const tier = memoryTier({ maxEntries: 500, seed })
      for (let step = 0; step < 20_000; step++) {
        const key = `key ${Math.floor(2_000 * random.next() ** 2)}`
        if (tier.getFresh(key, NOW) === MISS) tier.set(key, entry(step), NOW)
      }
      return hottest(tier)
    }
    expect(keys(7)).toEqual(keys(7))
    // Otherwise the line above would say nothing of the seed.
    expect(keys(8)).not.toEqual(keys(7))
  })
})
