import type { Clock } from '../clock.ts'
import { type Flight, SingleFlight } from '../flight/single-flight.ts'
import { backfill } from './backfill.ts'
import type { Generation, Generations } from './generation.ts'
import { type Found, lookup, lookupMany } from './lookup.ts'
import type { OwnedWork } from './owned-work.ts'
import type { TierAccess } from './tier-access.ts'

/** What the reads of one cache work on. */
export interface ReadSetting {
  readonly tiers: readonly TierAccess[]
  /** Index of the first asynchronous tier: those above were asked already, without a promise. */
  readonly from: number
  readonly clock: Clock
  readonly work: OwnedWork
  readonly generations: Generations
}

/** The reads of lower tiers under way, one per key, each with the backfill of what it finds. */
export class Reads {
  readonly #setting: ReadSetting
  readonly #flights = new SingleFlight<Found | undefined>()
  #isClosed = false

  constructor(setting: ReadSetting) {
    this.#setting = setting
  }

  /** Reads the key, or joins who is reading it. Never rejects. */
  read(key: string): Promise<Found | undefined> {
    const joinable = this.#flights.joinable(key)
    if (joinable !== undefined) return joinable.promise
    const generation = this.#setting.generations.hold(key)
    const { promise } = this.#flights.begin(key, generation, (own) => this.#read(key, generation, own))
    this.#setting.work.own(promise)
    return promise
  }

  /** Reads many keys, in one flight of their own. Never rejects. */
  readMany(keys: readonly string[]): Promise<readonly (Found | undefined)[]> {
    const reading = this.#readMany(keys)
    this.#setting.work.own(reading)
    return reading
  }

  /** From now on nothing is backfilled. */
  close(): void {
    this.#isClosed = true
  }

  async #readMany(keys: readonly string[]): Promise<readonly (Found | undefined)[]> {
    const { tiers, from, clock, generations } = this.#setting
    const held = keys.map((key) => generations.hold(key))
    try {
      const found = await lookupMany(tiers, from, keys, clock)
      for (const [at, each] of found.entries()) this.#backfill(keys[at]!, held[at]!, each)
      return found
    } finally {
      for (const [at, generation] of held.entries()) generations.release(keys[at]!, generation)
    }
  }

  /** Asked here, at the moment of storing: no await lies between. */
  #backfill(key: string, generation: Generation, found: Found | undefined): void {
    const { tiers, work, generations } = this.#setting
    if (found === undefined || this.#isClosed || !generations.mayStore(key, generation)) return
    backfill(tiers, found, key, work)
  }

  async #read(key: string, generation: Generation, flight: Flight<Found | undefined>): Promise<Found | undefined> {
    const { tiers, from, clock, generations } = this.#setting
    try {
      const found = await lookup(tiers, from, key, clock)
      this.#backfill(key, generation, found)
      return found
    } finally {
      this.#flights.end(key, flight)
      generations.release(key, generation)
    }
  }
}
