import { type LoadContext, memoryTier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { GatedTier, settled } from './gated-tier.fixture.ts'

const RUNS = 1_500
const STEPS = 100
const KEYS = ['a', 'b']

/** The database of one key: its version grows with each write, and `acknowledged` is the newest one announced. */
interface Source {
  version: number
  acknowledged: number
}

/**
 * One process, random calls, operations of the lower tiers held and released at random, failing at random, deadlines that
 * pass: no read begun after an acknowledged set or delete answers an older version.
 */
class Run {
  readonly violations: string[] = []
  #reads = 0
  readonly #random: Random
  readonly #clock = new ManualClock()
  readonly #tiers = [new GatedTier({ name: 'redis', shared: true }), new GatedTier({ name: 'disk' })]
  readonly #cache: TieredCache<number>
  readonly #sources = new Map(KEYS.map((key) => [key, { version: 0, acknowledged: 0 }]))
  readonly #loads: (() => void)[] = []
  readonly #calls = new Set<Promise<void>>()

  constructor(random: Random) {
    this.#random = random
    // A memory of one entry for two keys: lower tiers are read all the time.
    const tiers = [memoryTier({ maxEntries: 1 }), ...this.#tiers]
    this.#cache = new TieredCache<number>({ tiers, clock: this.#clock, ttl: '10s', grace: '10s' })
    for (const tier of this.#tiers) tier.hold('get', 'set', 'delete', 'clear')
  }

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      this.#step()
      await settled()
      if (this.#random.chance(0.03)) await this.#clock.advance(this.#random.pick([300, 1_100, 11_000]))
    }
    await this.#comeToRest()
    for (const key of KEYS) {
      this.#read(key, 'get')
      this.#read(key, 'getOrSet')
    }
    await this.#comeToRest()
    const { requests, hits, misses } = this.#cache.stats()
    if (requests !== this.#reads || hits + misses !== this.#reads)
      this.violations.push(`${this.#reads} reads, ${requests} requests`)
  }

  #step(): void {
    const key = this.#random.pick(KEYS)
    const held = this.#tiers.flatMap((tier) => tier.held)
    const chance = this.#random.next()
    if (chance < 0.08) this.#own(this.#write(key))
    else if (chance < 0.13) this.#own(this.#delete(key))
    else if (chance < 0.14) this.#own(this.#clear())
    else if (chance < 0.22) this.#read(key, 'get')
    else if (chance < 0.3) this.#read(key, 'getOrSet')
    else if (chance < 0.38 && this.#loads.length > 0) this.#random.pick(this.#loads)()
    else if (held.length > 0) {
      const one = this.#random.pick(held)
      const fate = this.#random.next()
      if (fate < 0.4) one.takeEffect()
      else if (fate < 0.95) one.answer()
      else one.fail()
    }
  }

  async #comeToRest(): Promise<void> {
    for (const tier of this.#tiers) tier.hold()
    for (let turn = 0; turn < 20; turn++) {
      for (const tier of this.#tiers) for (const one of tier.held.slice()) one.answer()
      for (const open of this.#loads.slice()) open()
      await this.#clock.advance(300)
    }
    await Promise.all(this.#calls)
    await this.#cache.idle()
  }

  #own(call: Promise<void>): void {
    this.#calls.add(call)
  }

  async #write(key: string): Promise<void> {
    const source = this.#source(key)
    const version = ++source.version
    await this.#cache.set(key, version)
    source.acknowledged = Math.max(source.acknowledged, version)
  }

  async #delete(key: string): Promise<void> {
    const source = this.#source(key)
    const version = ++source.version
    await this.#cache.delete(key)
    source.acknowledged = Math.max(source.acknowledged, version)
  }

  async #clear(): Promise<void> {
    const versions = KEYS.map((key) => ++this.#source(key).version)
    await this.#cache.clear()
    for (const [at, key] of KEYS.entries()) {
      const source = this.#source(key)
      source.acknowledged = Math.max(source.acknowledged, versions[at] as number)
    }
  }

  #read(key: string, verb: 'get' | 'getOrSet'): void {
    this.#reads++
    const floor = this.#source(key).acknowledged
    const reading =
      verb === 'get' ? this.#cache.get(key) : this.#cache.getOrSet(key, (context) => this.#load(key, context))
    const check = async (): Promise<void> => {
      const version = await reading
      if (version === undefined || version >= floor) return
      this.violations.push(`${verb} ${key} gave ${version} after ${floor} was acknowledged`)
    }
    this.#own(check())
  }

  /** Reads the database at once, or when the test says so; answers when the test says so. */
  #load(key: string, { stale }: LoadContext<number>): Promise<number> {
    // A source that is asked "changed since?" and says no.
    if (stale !== undefined && stale.value === this.#source(key).version) return Promise.resolve(stale.value)
    const early = this.#random.chance(0.5) ? this.#source(key).version : undefined
    return new Promise((resolve) => {
      const open = (): void => {
        this.#loads.splice(this.#loads.indexOf(open), 1)
        resolve(early ?? this.#source(key).version)
      }
      this.#loads.push(open)
    })
  }

  #source(key: string): Source {
    return this.#sources.get(key) as Source
  }
}

describe('Coherence in one process', () => {
  const seed = testSeed()

  it(`holds over random interleavings, faults and deadlines (TEST_SEED=${seed})`, { timeout: 120_000 }, async () => {
    for (let run = 0; run < RUNS; run++) {
      const one = new Run(seededRandom(seed + run))
      await one.play()
      expect(one.violations, `seed ${seed + run}`).toEqual([])
    }
  })
})
