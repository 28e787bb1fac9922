import type { Clock } from '../clock.ts'
import { type Flight, SingleFlight } from '../flight/single-flight.ts'
import { backfill } from './backfill.ts'
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
  /** Whether a write to the key is under way: then what a lower tier holds may be older than it. */
  readonly isWriting: (key: string) => boolean
}

/** The reads of lower tiers under way, one per key, each with the backfill of what it finds. */
export class Reads {
  readonly #setting: ReadSetting
  readonly #flights = new SingleFlight<Found | undefined>()

  constructor(setting: ReadSetting) {
    this.#setting = setting
  }

  /** Reads the key, or joins who is reading it. Never rejects. */
  read(key: string): Promise<Found | undefined> {
    const joinable = this.#flights.joinable(key)
    if (joinable !== undefined) return joinable.promise
    const { promise } = this.#flights.begin(key, (own) => this.#read(key, own))
    this.#setting.work.own(promise)
    return promise
  }

  void(key: string): void {
    this.#flights.void(key)
  }

  voidAll(): void {
    this.#flights.voidAll()
  }

  async #read(key: string, flight: Flight<Found | undefined>): Promise<Found | undefined> {
    const { tiers, from, clock, work, isWriting } = this.#setting
    const found = await lookup(tiers, from, key, clock)
    // Asked here, at the moment of storing: no await lies between.
    if (found !== undefined && !flight.void && !isWriting(key)) backfill(tiers, found, key, work)
    this.#flights.end(key, flight)
    return found
  }
}
