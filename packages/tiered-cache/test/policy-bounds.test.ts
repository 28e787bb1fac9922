import { type Random, seededRandom, testSeed } from '@org/testkit'
import { afterAll, describe, expect, it } from 'vitest'
import { LruPolicy } from '../src/policies/lru-policy.ts'
import { SievePolicy } from '../src/policies/sieve-policy.ts'
import { TinyLfuPolicy } from '../src/policies/tinylfu/tinylfu-policy.ts'
import { MOST_EXPIRY_SLOTS } from '../src/tiers/memory/expiry-wheel.ts'
import { PolicyDriver, type PolicyMaker } from './policy-driver.fixture.ts'
import { playHistory } from './policy-history.fixture.ts'
import { countLooks, type Looks } from './policy-looks.fixture.ts'

/** The wheel looks at the others of the 64 that one operation of a tier may look at. */
const MOST_SLOTS = 64 - MOST_EXPIRY_SLOTS
const MOST_IDS = 64
const MOST_WORDS = 32

const seed = testSeed()
const counting = countLooks()

const POLICIES: readonly (readonly [name: string, make: PolicyMaker])[] = [
  ['LruPolicy', () => new LruPolicy()],
  ['SievePolicy', () => new SievePolicy()],
  ['TinyLfuPolicy', (weights, bounds) => new TinyLfuPolicy(weights, bounds, seed)],
]

/** Histories that are to make a policy walk as far as it ever does. */
const ATTACKS: readonly (readonly [name: string, play: (make: PolicyMaker, random: Random) => WatchedDriver])[] = [
  ['random steps, counted', (make, random) => playRandom(make, random, 400, Infinity, [1])],
  ['random steps, weighed', (make, random) => playRandom(make, random, 300, 2_000, [0, 0.1, 1, 3, 60, 900])],
  ['all of it used before each newcomer', (make) => playStorms(make, 2_000)],
  ['all of it used while bounds shrink', (make) => playShrinking(make)],
  ['keys of late, so that the window is large, and all of it used', (make, random) => playRecency(make, random)],
  ['one key asked for without end', (make) => playHammer(make)],
  ['a scan', (make) => playScan(make)],
  ['heavy newcomers that displace many, when all was used', (make) => playDisplacing(make)],
  ['entries that weigh nothing and were forgotten, then heavy ones', (make) => playHeavyOnLight(make)],
  ['many unused ones to evict, and behind them many used ones', (make) => playUsedBehindUnused(make)],
  ['light ones protected, heavy ones not, and a newcomer that displaces many', (make) => playLightProtected(make)],
  ['all expire that may, and a newcomer displaces many', (make) => playExpiring(make)],
  ['heavy newcomers, each compared', (make, random) => playCompared(make, random)],
]

afterAll(() => counting.restore())

describe.each(POLICIES)('%s', (_name, makePolicy) => {
  it.each(ATTACKS)(`looks at few slots and words in each operation: %s (TEST_SEED=${seed})`, (_attack, play) => {
    const { worst } = play(makePolicy, seededRandom(seed))
    for (const [operation, { slots, visits, ids, words }] of Object.entries(worst)) {
      const found = `${operation} looked at ${slots} slots in ${visits} visits, ${ids} ids of shadows and ${words} words`
      const isBounded = [slots <= MOST_SLOTS, visits <= MOST_SLOTS, ids <= MOST_IDS, words <= MOST_WORDS]
      expect(isBounded, found).toEqual([true, true, true, true])
    }
  })
})

type Operation = 'ask' | 'put' | 'delete'

/** Keeps the most that any operation of the tier made its policy look at. */
class WatchedDriver extends PolicyDriver {
  readonly worst: Partial<Record<Operation, Looks>> = {}

  override ask(key: string, weight: number): boolean {
    return this.#watch('ask', () => super.ask(key, weight))
  }

  override put(key: string, weight: number, expired: Iterable<string> = []): void {
    this.#watch('put', () => super.put(key, weight, expired))
  }

  override delete(key: string): void {
    this.#watch('delete', () => super.delete(key))
  }

  #watch<T>(operation: Operation, run: () => T): T {
    counting.take()
    const answer = run()
    const looks = counting.take()
    const worst = this.worst[operation] ?? looks
    this.worst[operation] = {
      slots: Math.max(worst.slots, looks.slots),
      visits: Math.max(worst.visits, looks.visits),
      ids: Math.max(worst.ids, looks.ids),
      words: Math.max(worst.words, looks.words),
    }
    return answer
  }
}

function playRandom(
  make: PolicyMaker,
  random: Random,
  maxEntries: number,
  maxWeight: number,
  weights: readonly number[],
): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries, maxWeight }, make)
  playHistory(driver, random, { bounds: driver.bounds, steps: 15_000, weights, checkEvery: 1_000 })
  return driver
}

function playStorms(make: PolicyMaker, maxEntries: number): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries, maxWeight: Infinity }, make)
  for (let at = 0; at < 1.5 * maxEntries; at++) driver.ask(`first:${at}`, 1)
  for (let at = 0; at < 300; at++) {
    useAll(driver)
    driver.ask(`then:${at}`, 1)
  }
  return driver
}

/** A window that was right for a large cache is too large for a small one; on probation are a few, and all were used. */
function playShrinking(make: PolicyMaker): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 10_000, maxWeight: Infinity }, make)
  for (let at = 0; at < 3_000; at++) driver.ask(`first:${at}`, 1)
  for (let round = 0; round < 300; round++) {
    driver.resize({ maxEntries: 10_000 })
    for (let at = 0; at < 14; at++) driver.ask(`then:${round}:${at}`, 1)
    useAll(driver)
    driver.resize({ maxEntries: driver.slots.size - 16 })
    useAll(driver)
    driver.ask(`late:${round}`, 1)
  }
  return driver
}

function playRecency(make: PolicyMaker, random: Random): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 200, maxWeight: Infinity }, make)
  for (let at = 0; at < 40_000; at++) driver.ask(`at:${at - Math.floor(300 * random.next() ** 2)}`, 1)
  for (let at = 0; at < 500; at++) {
    useAll(driver)
    driver.ask(`then:${at}`, 1)
  }
  return driver
}

function playHammer(make: PolicyMaker): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 100, maxWeight: Infinity }, make)
  for (let at = 0; at < 150; at++) driver.ask(`first:${at}`, 1)
  for (let at = 0; at < 20_000; at++) driver.ask(at % 10 === 0 ? `then:${at}` : 'hammered', 1)
  return driver
}

function playScan(make: PolicyMaker): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 500, maxWeight: Infinity }, make)
  for (let at = 0; at < 20_000; at++) driver.ask(`scanned:${at}`, 1)
  return driver
}

/** What nobody uses has the frequency 0 after some time, and so has the sum over very many of them; they weigh nothing either. */
function playHeavyOnLight(make: PolicyMaker): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 2_000, maxWeight: 1_000 }, make)
  for (let at = 0; at < 1_500; at++) driver.ask(`light:${at}`, 0)
  for (let at = 0; at < 200; at++) driver.ask(`heavy:${at}`, 5)
  for (let round = 0; round < 300; round++) {
    for (let at = 0; at < 200; at++) driver.ask(`heavy:${at}`, 5)
    // What comes and goes lets time pass for all others.
    for (let at = 0; at < 20; at++) {
      driver.delete(`heavy:${at}`)
      driver.ask(`heavy:${at}`, 5)
    }
  }
  for (let at = 0; at < 20; at++) driver.ask(`newcomer:${at}`, 9)
  return driver
}

function playDisplacing(make: PolicyMaker): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 5_000, maxWeight: 2_000 }, make)
  for (let round = 0; round < 100; round++) {
    for (let at = 0; at < 500; at++) driver.ask(`light:${round}:${at}`, 1)
    useAll(driver)
    for (let at = 0; at < 30; at++) driver.ask(`heavy:${round}:${at}`, 20)
  }
  return driver
}

/** The hand of SIEVE meets those that were used when it has evicted as many as it may but for one. */
function playUsedBehindUnused(make: PolicyMaker): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 1_000, maxWeight: 500 }, make)
  for (let unused = 0; unused < 60; unused++) {
    driver.clear()
    for (let at = 0; at < 500; at++) driver.ask(`light:${at}`, 1)
    for (let at = unused; at < 500; at++) driver.ask(`light:${at}`, 1)
    driver.ask('heavy', 100)
    driver.clear()
    for (let at = 0; at < unused; at++) driver.ask(`nothing:${at}`, 0)
    for (let at = 0; at < 500; at++) driver.ask(`light:${at}`, 1)
    for (let at = 0; at < 500; at++) driver.ask(`light:${at}`, 1)
    driver.ask('heavy', 2)
  }
  return driver
}

/** Whenever one of the heavy ones leaves, several of the light ones are no longer to be protected. */
function playLightProtected(make: PolicyMaker): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 5_000, maxWeight: 1_000 }, make)
  for (let round = 0; round < 40; round++) {
    for (let at = 0; at < 400; at++) driver.ask(`light:${at}`, 0.25)
    for (let at = 0; at < 300; at++) driver.ask(`heavy:${round}:${at}`, 1 + (at % 8))
    for (let at = 0; at < 400; at++) driver.ask(`light:${at}`, 0.25)
    for (let at = 0; at < 60; at++) driver.ask(`one:${round}:${at}`, 1 + at)
    for (let at = 0; at < 3; at++) driver.ask(`newcomer:${round}:${at}`, 100 + 100 * at)
  }
  return driver
}

function playExpiring(make: PolicyMaker): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: 5_000, maxWeight: 1_000 }, make)
  for (let round = 0; round < 500; round++) {
    for (let at = 0; at < 40; at++) driver.ask(`light:${round}:${at}`, 1)
    const expired = [...driver.slots.keys()].slice(0, MOST_EXPIRY_SLOTS)
    driver.put(`newcomer:${round}`, round % 2 === 0 ? 60 : 1, expired)
    if (round % 7 === 0) useAll(driver)
  }
  return driver
}

/** All keys are in the sample, since few are thought to fit. */
function playCompared(make: PolicyMaker, random: Random): WatchedDriver {
  const driver = new WatchedDriver({ maxEntries: Infinity, maxWeight: 1_000 }, make)
  for (let at = 0; at < 20_000; at++) {
    const key = Math.floor(400 * random.next() ** 2)
    driver.ask(`at:${key}`, 1 + ((key * 7) % 23))
  }
  return driver
}

function useAll(driver: PolicyDriver): void {
  for (const slot of driver.slots.values()) driver.policy.use(slot)
}
