import { freshnessAt, hasTags } from '../entry.ts'
import { HeldReads } from './held-reads.ts'
import type { Found } from './lookup.ts'
import { Reads, type ReadSetting, type SharedRead } from './reads.ts'
import type { SkippedTiers } from './skipped-tiers.ts'
import { UNJUDGED } from './tags/tags.ts'

/** There is no tier to read. */
export const NOTHING: SharedRead = { done: Promise.resolve(), found: undefined, ended: undefined }

/** What the reads of all tiers of a cache work on. */
export type TierReadSetting = Omit<ReadSetting, 'from'>

/** The reads of all tiers: the synchronous ones at the top first, then the others together. What is found is judged by its tags. */
export class TierReads {
  readonly #setting: TierReadSetting
  /** How many tiers from the first on are synchronous. */
  readonly #from: number
  readonly #isAllSync: boolean
  readonly #held: HeldReads
  readonly #reads: Reads

  constructor(setting: TierReadSetting) {
    const firstAsync = setting.tiers.findIndex(({ tier }) => !tier.sync)
    this.#setting = setting
    this.#isAllSync = firstAsync === -1
    this.#from = this.#isAllSync ? setting.tiers.length : firstAsync
    this.#held = new HeldReads(setting, this.#from)
    this.#reads = new Reads({ ...setting, from: this.#from })
  }

  /** What the synchronous tiers hold. It must have the tags. */
  held(key: string, tags: readonly string[]): Found | undefined | Promise<Found | undefined> {
    const read = this.#held.read(key)
    return read === UNJUDGED ? this.#judged(key, tags) : this.current(read, tags)
  }

  /** What is fresh in one of them; counted as no read. */
  peek(key: string, tags: readonly string[]): Found | undefined {
    return this.current(this.#held.peek(key), tags)
  }

  /** What lies below them, to be asked for by {@link current}. */
  below(key: string, tags: readonly string[]): SharedRead {
    return this.#isAllSync ? NOTHING : this.#reads.read(key, tags)
  }

  /** What lies below the tier that `found` is in. */
  belowOf(found: Found, key: string, tags: readonly string[]): SharedRead {
    return found.depth < this.#from ? this.below(key, tags) : NOTHING
  }

  /** Of all tiers, in the order of the keys. They must have the tags. */
  async many(keys: readonly string[], tags: readonly string[]): Promise<readonly (Found | undefined)[]> {
    const answers = keys.map((key) => this.held(key, tags))
    const held: (Found | undefined)[] = []
    for (const answer of answers) held.push(answer instanceof Promise ? await answer : answer)
    const below = keys.filter((_, at) => held[at]?.freshness !== 'fresh')
    if (below.length === 0 || this.#isAllSync) return held
    const read = await this.#reads.readMany(below, tags)
    let next = 0
    return held.map((found) => (found?.freshness === 'fresh' ? found : this.current(read[next++], tags)))
  }

  /** The same without those tiers that are not to be read. */
  async skipping(
    keys: readonly string[],
    tags: readonly string[],
    skipped: SkippedTiers,
  ): Promise<readonly (Found | undefined)[]> {
    const found = await this.#reads.readMany(keys, tags, skipped)
    return found.map((each) => this.current(each, tags))
  }

  /** Reads those of these keys that no synchronous tier holds fresh, each tier once: the reads that follow in this turn join. */
  ahead(keys: readonly string[], tags: readonly string[]): void {
    if (this.#isAllSync) return
    this.#reads.readAhead(
      keys.filter((key) => this.peek(key, tags) === undefined),
      tags,
    )
  }

  /** What was found, as it counts now that a caller is given it: it must have the tags, and none that was invalidated meanwhile. */
  current(found: Found | undefined, tags: readonly string[]): Found | undefined {
    if (found === undefined) return undefined
    const { stamps } = found.entry
    if (stamps.length === 0) return tags.length === 0 ? found : undefined
    const entry = hasTags(stamps, tags) ? this.#setting.tags.seen(found.entry) : undefined
    if (entry === found.entry) return found
    if (entry === undefined || entry === UNJUDGED) return undefined
    const freshness = freshnessAt(entry, this.#setting.clock.now())
    return freshness === 'expired' ? undefined : { entry, depth: found.depth, freshness }
  }

  /** A load stores a value: what is being read of the key may be older. */
  overtake(key: string): void {
    this.#reads.overtake(key)
  }

  /** From now on nothing is backfilled. */
  close(): void {
    this.#reads.close()
  }

  async #judged(key: string, tags: readonly string[]): Promise<Found | undefined> {
    return this.current(await this.#held.judged(key), tags)
  }
}
