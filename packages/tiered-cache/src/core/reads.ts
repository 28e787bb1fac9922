import type { Clock } from '../clock.ts'
import { endOfTurn } from '../end-of-turn.ts'
import { backfill } from './backfill.ts'
import type { Generation, Generations } from './generation.ts'
import { type Found, lookup, lookupMany } from './lookup.ts'
import type { OwnedWork } from './owned-work.ts'
import type { TierAccess } from './tier-access.ts'

/** More than these do not wait for each other, and have a deadline of their own. */
const MOST_TOGETHER = 128

/** What the reads of one cache work on. */
export interface ReadSetting {
  readonly tiers: readonly TierAccess[]
  /** Index of the first asynchronous tier: those above were asked already, without a promise. */
  readonly from: number
  readonly clock: Clock
  readonly work: OwnedWork
  readonly generations: Generations
}

/** The read of one key, which several callers share. */
export interface SharedRead {
  /** Resolves when `found` says what there is; never rejects. The same promise for all that are read together. */
  readonly done: Promise<void>
  readonly found: Found | undefined
}

/**
 * The reads of lower tiers under way, one per key, each with the backfill of what it finds. Where the tiers say that they are read
 * together, those that begin in one turn of the loop are one operation, without a promise for each.
 */
export class Reads {
  readonly #setting: ReadSetting
  /** All asynchronous ones. */
  readonly #lower: readonly TierAccess[]
  /** The newest read of each key. */
  readonly #newest = new Map<string, KeyRead>()
  /** Those that begin in this turn. */
  #together: ReadsTogether | undefined
  #isClosed = false

  constructor(setting: ReadSetting) {
    this.#setting = setting
    this.#lower = setting.tiers.slice(setting.from).filter(({ tier }) => !tier.sync)
  }

  /** Reads the key, or joins who is reading it, unless what that began under is void by now: it may find what is older than a caller knows. */
  read(key: string): SharedRead {
    const newest = this.#newest.get(key)
    if (newest !== undefined && !newest.generation.isVoid) return newest
    const read = new KeyRead(key, this.#setting.generations.hold(key))
    this.#newest.set(key, read)
    read.done = this.#isTogether() ? this.#joinOthers(read) : this.#owned(this.#readAlone(read))
    return read
  }

  /** Reads many keys, in one operation of their own. Never rejects. */
  readMany(keys: readonly string[]): Promise<readonly (Found | undefined)[]> {
    return this.#owned(this.#readMany(keys))
  }

  /** From now on nothing is backfilled. */
  close(): void {
    this.#isClosed = true
  }

  #isTogether(): boolean {
    for (const tier of this.#lower) if (!tier.readsTogether) return false
    return true
  }

  #joinOthers(read: KeyRead): Promise<void> {
    if (this.#together === undefined || this.#together.reads.length >= MOST_TOGETHER) {
      const reads: KeyRead[] = []
      this.#together = { reads, done: this.#owned(this.#readTogether(reads)) }
    }
    this.#together.reads.push(read)
    return this.#together.done
  }

  async #readTogether(reads: readonly KeyRead[]): Promise<void> {
    await endOfTurn()
    if (this.#together?.reads === reads) this.#together = undefined
    await (reads.length === 1 ? this.#readAlone(reads[0]!) : this.#readAll(reads))
  }

  async #readAll(reads: readonly KeyRead[]): Promise<void> {
    const { tiers, from, clock } = this.#setting
    try {
      const keys = reads.map(({ key }) => key)
      const found = await lookupMany(tiers, from, keys, clock)
      for (let at = 0; at < reads.length; at++) this.#found(reads[at]!, found[at])
    } finally {
      for (const read of reads) this.#end(read)
    }
  }

  async #readAlone(read: KeyRead): Promise<void> {
    const { tiers, from, clock } = this.#setting
    try {
      this.#found(read, await lookup(tiers, from, read.key, clock))
    } finally {
      this.#end(read)
    }
  }

  async #readMany(keys: readonly string[]): Promise<readonly (Found | undefined)[]> {
    const { tiers, from, clock, generations } = this.#setting
    const held = keys.map((key) => generations.hold(key))
    try {
      const found = await lookupMany(tiers, from, keys, clock)
      for (let at = 0; at < keys.length; at++) this.#backfill(keys[at]!, held[at]!, found[at])
      return found
    } finally {
      for (let at = 0; at < keys.length; at++) generations.release(keys[at]!, held[at]!)
    }
  }

  #found(read: KeyRead, found: Found | undefined): void {
    read.found = found
    this.#backfill(read.key, read.generation, found)
  }

  #end(read: KeyRead): void {
    const { key, generation } = read
    if (this.#newest.get(key) === read) this.#newest.delete(key)
    this.#setting.generations.release(key, generation)
  }

  /** Asked here, at the moment of storing: no await lies between. */
  #backfill(key: string, generation: Generation, found: Found | undefined): void {
    const { tiers, work, generations } = this.#setting
    if (found === undefined || this.#isClosed || !generations.mayStore(key, generation)) return
    backfill(tiers, found, key, work)
  }

  #owned<T>(work: Promise<T>): Promise<T> {
    this.#setting.work.own(work)
    return work
  }
}

interface ReadsTogether {
  readonly reads: KeyRead[]
  readonly done: Promise<void>
}

class KeyRead implements SharedRead {
  readonly key: string
  readonly generation: Generation
  done!: Promise<void>
  found: Found | undefined

  constructor(key: string, generation: Generation) {
    this.key = key
    this.generation = generation
    this.found = undefined
  }
}
