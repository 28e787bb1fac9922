import { type MemoryPolicy, type MemoryTier, memoryTier } from '@org/tiered-cache'
import { testSeed } from '@org/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { makeEntry } from '../src/entry.ts'
import { LONGEST_WALK, MOST_VICTIMS } from '../src/policies/visits.ts'
import { MOST_EXPIRY_SLOTS } from '../src/tiers/memory/expiry-wheel.ts'
import { countLooks } from './policy-looks.fixture.ts'

const NOW = 2_000
const KB = 1_024
const BOUND = 10_240 * KB
const HEAVY = BOUND / 2
/** Newcomers of a quarter of the bound may come until the room that is kept is given up. */
const PATIENCE = 10_240 / 4
const LIGHT_BETWEEN = 10

/** How many entries one set of a light key lets leave for a heavy one, and one of the heavy key itself, at least. */
interface Progress {
  readonly light: number
  readonly heavy: number
}

/** A light one lets one leave for itself. Nobody used what is oldest, so that there is no walk. */
const WITHOUT_WALKS: Progress = { light: MOST_VICTIMS - 1, heavy: MOST_VICTIMS }
/** Each walks as far as it may. */
const WITH_WALKS: Progress = { light: MOST_VICTIMS - LONGEST_WALK - 1, heavy: MOST_VICTIMS - LONGEST_WALK }
const POLICIES: readonly (readonly [policy: MemoryPolicy, progress: Progress])[] = [
  ['lru', WITHOUT_WALKS],
  ['sieve', WITHOUT_WALKS],
  ['tinylfu', WITH_WALKS],
]

const seed = testSeed()
const counting = countLooks()

afterAll(() => counting.restore())

describe.each(POLICIES)(
  `A memory tier full of light entries, with the policy %s (TEST_SEED=${seed}),`,
  (policy, progress) => {
    /** The first time and the last one it makes room alone, in between the light ones do so too. 12 without walks, 21 with them. */
    const mostRefusals =
      1 + Math.ceil((HEAVY / KB - 2 * progress.heavy) / (LIGHT_BETWEEN * progress.light + progress.heavy))

    it('stores a value of half of it that is set now and then after a few of its own sets', () => {
      const full = new FullTier(policy)
      full.letIn('heavy')
      const refusals = 1 + full.refusalsOf('heavy', () => full.addLight(LIGHT_BETWEEN))
      expect(refusals).toBeLessThanOrEqual(mostRefusals)
      expect(full.tier.measure()).toMatchObject({ weight: BOUND, entries: 1 + (BOUND - HEAVY) / KB })
      full.addLight(100)
      // The default policy may find later that it is not worth its place.
      const isIn = full.tier.peek('heavy') !== undefined
      if (policy !== 'tinylfu' || isIn) expect([isIn, full.tier.measure().weight]).toEqual([true, BOUND])
    })

    it('makes room for it also where light ones are but overwritten', () => {
      const full = new FullTier(policy)
      full.letIn('heavy')
      const overwrite = (): void => {
        for (let back = 1; back <= LIGHT_BETWEEN; back++) full.set(`light ${full.light - back}`, KB)
      }
      expect(1 + full.refusalsOf('heavy', overwrite)).toBeLessThanOrEqual(mostRefusals)
      expect(full.tier.measure().weight).toBeGreaterThan(BOUND - MOST_VICTIMS * KB)
    })

    it('has its place ready when it comes the third time, until newcomers of a quarter of the bound have come', () => {
      const full = new FullTier(policy)
      full.letIn('heavy')
      full.set('heavy', HEAVY)
      full.addLight(PATIENCE - 1)
      const { evictions } = full.tier.measure()
      expect(full.set('heavy', HEAVY)).toBe(true)
      expect(full.tier.measure()).toMatchObject({ evictions, weight: BOUND })
    })

    it('lets no more leave for one that comes but once than one operation may', () => {
      const full = new FullTier(policy)
      full.letIn('once')
      for (let come = 1; come < PATIENCE; come++) {
        full.addLight(1)
        expect(full.tier.measure().weight).toBeGreaterThanOrEqual(BOUND - MOST_VICTIMS * KB)
      }
      full.addLight(1 + MOST_VICTIMS)
      expect(full.tier.measure().weight).toBe(BOUND)
    })

    it('lets no more leave than one weighs that comes twice and never again, and gives its room back', () => {
      const full = new FullTier(policy)
      full.letIn('twice')
      full.set('twice', HEAVY)
      for (let come = 1; come < PATIENCE; come++) {
        full.addLight(1)
        expect(full.tier.measure().weight).toBeGreaterThanOrEqual(BOUND - HEAVY)
      }
      expect(full.tier.measure().weight).toBe(BOUND - HEAVY)
      const { evictions } = full.tier.measure()
      full.addLight(1 + HEAVY / KB)
      // The one with which the quarter is full still makes its own room.
      expect(full.tier.measure()).toMatchObject({ evictions: evictions + 1, weight: BOUND })
    })

    it('stores two that compete, each after some of its own sets', () => {
      const full = new FullTier(policy)
      full.letIn('one')
      const stored = new Set<string>()
      let rounds = 0
      for (; stored.size < 2 && rounds < 1_000; rounds++) {
        for (const [key, weight] of [
          ['one', HEAVY],
          ['other', 0.3 * BOUND],
        ] as const) {
          if (full.tier.get(key) !== undefined || full.set(key, weight)) stored.add(key)
          full.addLight(LIGHT_BETWEEN)
        }
      }
      expect(rounds).toBeLessThanOrEqual(2 * mostRefusals)
    })
  },
)

/** A tier full of light entries, whose values are their weights. Each set is watched: its looks, what leaves, and the bound. */
class FullTier {
  readonly tier: MemoryTier
  light = 0

  constructor(policy: MemoryPolicy) {
    this.tier = memoryTier({ policy, maxWeight: BOUND, weigh: (weight) => weight as number, seed })
    // Twice as many as fit, so that the oldest have not been used for long.
    this.addLight((2 * BOUND) / KB)
  }

  /** Light newcomers. */
  addLight(count: number): void {
    for (let added = 0; added < count; added++) this.set(`light ${this.light++}`, KB)
  }

  /** True where the entry is in afterwards. */
  set(key: string, weight: number): boolean {
    const before = this.tier.measure()
    counting.take()
    this.tier.set(key, makeEntry(weight, 1_000, 60_000, 0, 0), NOW)
    const { slots, visits } = counting.take()
    const after = this.tier.measure()
    const left = after.evictions - before.evictions
    const isBounded = Math.max(slots, visits) <= 64 - MOST_EXPIRY_SLOTS && left <= MOST_VICTIMS && after.weight <= BOUND
    expect(isBounded, `${slots} slots in ${visits} visits, ${left} left, ${after.weight} are here`).toBe(true)
    return this.tier.peek(key) !== undefined
  }

  /** Sets a heavy key until the policy lets something leave for it. It is refused once more, but awaited. */
  letIn(key: string): void {
    const { evictions } = this.tier.measure()
    for (let times = 0; times < 5_000; times++) {
      expect(this.set(key, HEAVY)).toBe(false)
      if (this.tier.measure().evictions > evictions) return
    }
    throw new Error('the policy never lets it in')
  }

  /** How often a heavy key is refused, where `between` comes before each of its sets. */
  refusalsOf(key: string, between: () => void): number {
    for (let refusals = 0; refusals < 1_000; refusals++) {
      between()
      if (this.set(key, HEAVY)) return refusals
    }
    throw new Error('it is never stored')
  }
}
