import { endOfTurn } from '../end-of-turn.ts'
import type { Entry } from '../entry.ts'
import { backfill } from './backfill.ts'
import type { Generation, Generations } from './generation.ts'
import { type EndedNote, type Found, lookup, lookupMany, type LookupSetting } from './lookup.ts'
import type { OwnedWork } from './owned-work.ts'
import type { SkippedTiers } from './skipped-tiers.ts'
import type { TierAccess } from './tier-access.ts'

/** More than these do not wait for each other, and have a deadline of their own. */
const MOST_TOGETHER = 128
const NO_TAGS: readonly string[] = []

/** What the reads of one cache work on. */
export interface ReadSetting extends LookupSetting {
  /** Index of the first asynchronous tier: those above were asked already, without a promise. */
  readonly from: number
  readonly work: OwnedWork
  readonly generations: Generations
}

/** The read of one key, which several callers share. */
export interface SharedRead {
  /** Resolves when `found` says what there is; never rejects. The same promise for all that are read together. */
  readonly done: Promise<void>
  readonly found: Found | undefined
  readonly ended: Entry | undefined
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
  /** Of each operation over many keys that is under way, the keys that loads have stored since it began. */
  readonly #many = new Set<Set<string>>()
  /** Those that begin in this turn. */
  #together: ReadsTogether | undefined
  #isClosed = false

  constructor(setting: ReadSetting) {
    this.#setting = setting
    this.#lower = setting.tiers.slice(setting.from).filter(({ tier }) => !tier.sync)
  }

  /**
   * Reads the key, or joins who is reading it, unless what that began under is void by now: it may find what is older than a caller
   * knows. The stamps of `tags` are asked for with it.
   */
  read(key: string, tags: readonly string[]): SharedRead {
    const newest = this.#newest.get(key)
    if (newest !== undefined && !newest.generation.isVoid && !newest.isOvertaken) return newest
    const read = this.#begin(key)
    read.done = this.#isTogether() ? this.#joinOthers(read, tags) : this.#owned(this.#readAlone(read, tags))
    return read
  }

  /** Reads those of these keys that nobody is reading, each tier once: who asks for one of them joins. */
  readAhead(keys: readonly string[], tags: readonly string[]): void {
    const reads = keys
      .filter((key) => this.#newest.get(key)?.generation.isVoid !== false)
      .map((key) => this.#begin(key))
    if (reads.length === 0) return
    const done = this.#owned(this.#readAll(reads, tags))
    for (const read of reads) read.done = done
  }

  /** Reads many keys, in one operation of their own; where tiers are skipped, also the synchronous ones. Never rejects. */
  readMany(
    keys: readonly string[],
    tags: readonly string[],
    skipped?: SkippedTiers,
  ): Promise<readonly (Found | undefined)[]> {
    return this.#owned(this.#readMany(keys, tags, skipped))
  }

  /** A load stores a value: what is being read of the key may be older, and is neither backfilled nor joined any more. */
  overtake(key: string): void {
    const newest = this.#newest.get(key)
    if (newest !== undefined) newest.isOvertaken = true
    for (const overtaken of this.#many) overtaken.add(key)
  }

  /** From now on nothing is backfilled. */
  close(): void {
    this.#isClosed = true
  }

  #isTogether(): boolean {
    for (const tier of this.#lower) if (!tier.readsTogether) return false
    return true
  }

  #begin(key: string): KeyRead {
    const read = new KeyRead(key, this.#setting.generations.hold(key))
    this.#newest.set(key, read)
    return read
  }

  #joinOthers(read: KeyRead, tags: readonly string[]): Promise<void> {
    if (this.#together === undefined || this.#together.reads.length >= MOST_TOGETHER) {
      const [reads, named] = [[] as KeyRead[], new Set<string>()]
      this.#together = { reads, named, done: this.#owned(this.#readTogether(reads, named)) }
    }
    this.#together.reads.push(read)
    for (const tag of tags) this.#together.named.add(tag)
    return this.#together.done
  }

  async #readTogether(reads: readonly KeyRead[], named: ReadonlySet<string>): Promise<void> {
    await endOfTurn()
    if (this.#together?.reads === reads) this.#together = undefined
    const tags = named.size === 0 ? NO_TAGS : [...named]
    await (reads.length === 1 ? this.#readAlone(reads[0]!, tags) : this.#readAll(reads, tags))
  }

  async #readAll(reads: readonly KeyRead[], tags: readonly string[]): Promise<void> {
    try {
      const keys = reads.map(({ key }) => key)
      const found = await lookupMany(this.#setting, this.#setting.from, keys, tags, reads)
      for (let at = 0; at < reads.length; at++) this.#found(reads[at]!, found[at])
    } finally {
      for (const read of reads) this.#end(read)
    }
  }

  async #readAlone(read: KeyRead, tags: readonly string[]): Promise<void> {
    try {
      this.#found(read, await lookup(this.#setting, this.#setting.from, read.key, tags, read))
    } finally {
      this.#end(read)
    }
  }

  async #readMany(
    keys: readonly string[],
    tags: readonly string[],
    skipped: SkippedTiers | undefined,
  ): Promise<readonly (Found | undefined)[]> {
    const { generations } = this.#setting
    const held = keys.map((key) => generations.hold(key))
    const overtaken = new Set<string>()
    this.#many.add(overtaken)
    try {
      const found = await (skipped === undefined
        ? lookupMany(this.#setting, this.#setting.from, keys, tags)
        : this.#lookupOthers(keys, tags, skipped))
      for (let at = 0; at < keys.length; at++)
        if (!overtaken.has(keys[at]!)) this.#backfill(keys[at]!, held[at]!, found[at], skipped?.write)
      return found
    } finally {
      this.#many.delete(overtaken)
      for (let at = 0; at < keys.length; at++) generations.release(keys[at]!, held[at]!)
    }
  }

  async #lookupOthers(
    keys: readonly string[],
    tags: readonly string[],
    { read }: SkippedTiers,
  ): Promise<readonly (Found | undefined)[]> {
    const { tiers } = this.#setting
    const others = tiers.filter((tier) => !read.has(tier))
    const found = await lookupMany({ ...this.#setting, tiers: others }, 0, keys, tags)
    return found.map((each) => each && { ...each, depth: tiers.indexOf(others[each.depth]!) })
  }

  #found(read: KeyRead, found: Found | undefined): void {
    read.found = found
    if (!read.isOvertaken) this.#backfill(read.key, read.generation, found)
  }

  #end(read: KeyRead): void {
    const { key, generation } = read
    if (this.#newest.get(key) === read) this.#newest.delete(key)
    this.#setting.generations.release(key, generation)
  }

  /** Asked here, at the moment of storing: no await lies between. */
  #backfill(key: string, generation: Generation, found: Found | undefined, skipped?: ReadonlySet<TierAccess>): void {
    const { tiers, work, generations } = this.#setting
    if (found === undefined || this.#isClosed || !generations.mayStore(key, generation)) return
    backfill(tiers, found, key, work, skipped)
  }

  #owned<T>(work: Promise<T>): Promise<T> {
    this.#setting.work.own(work)
    return work
  }
}

interface ReadsTogether {
  readonly reads: KeyRead[]
  /** The tags that their callers named. */
  readonly named: Set<string>
  readonly done: Promise<void>
}

class KeyRead implements SharedRead, EndedNote {
  readonly key: string
  readonly generation: Generation
  done!: Promise<void>
  found: Found | undefined
  ended: Entry | undefined
  /** A load has stored a value since it began. */
  isOvertaken = false

  constructor(key: string, generation: Generation) {
    this.key = key
    this.generation = generation
    this.found = undefined
    this.ended = undefined
  }
}
