import type { Clock } from '../clock.ts'
import { type Flight, SingleFlight } from '../flight/single-flight.ts'
import { backfill } from './backfill.ts'
import type { Generation, Generations } from './generation.ts'
import { type Found, lookup } from './lookup.ts'
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

  /** From now on nothing is backfilled. */
  close(): void {
    this.#isClosed = true
  }

  async #read(key: string, generation: Generation, flight: Flight<Found | undefined>): Promise<Found | undefined> {
    const { tiers, from, clock, work, generations } = this.#setting
    try {
      const found = await lookup(tiers, from, key, clock)
      // Asked here, at the moment of storing: no await lies between.
      const mayStore = !this.#isClosed && generations.mayStore(key, generation)
      if (found !== undefined && mayStore) backfill(tiers, found, key, work)
      return found
    } finally {
      this.#flights.end(key, flight)
      generations.release(key, generation)
    }
  }
}
