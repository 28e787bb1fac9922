import type { Entry } from '../entry.ts'
import { backfill } from './backfill.ts'
import { type Found, lookupHeld, type LookupSetting, lookupSync } from './lookup.ts'
import type { OwnedWork } from './owned-work.ts'
import { UNJUDGED } from './tags/tags.ts'

/** What the reads of the synchronous tiers work on. */
export interface HeldReadSetting extends LookupSetting {
  readonly work: OwnedWork
}

/** The reads of the synchronous tiers at the top, with the backfill of what they find. */
export class HeldReads {
  readonly #setting: HeldReadSetting
  /** How many tiers from the first on are synchronous. */
  readonly #count: number

  constructor(setting: HeldReadSetting, count: number) {
    this.#setting = setting
    this.#count = count
  }

  /** `UNJUDGED`: see {@link judged}. */
  read(key: string): Found | typeof UNJUDGED | undefined {
    const found = lookupSync(this.#setting, this.#count, key)
    if (found !== undefined && found !== UNJUDGED) backfill(this.#setting.tiers, found, key, this.#setting.work)
    return found
  }

  /** What a read could not judge without asking for stamps. */
  judged(key: string): Promise<Found | undefined> {
    return lookupHeld(this.#setting, this.#count, key)
  }

  /** What is fresh; counted as no read. */
  peek(key: string): Found | undefined {
    const { tiers, clock, tags } = this.#setting
    for (let depth = 0; depth < this.#count; depth++) {
      const held = tiers[depth]!.peek(key) as Entry | undefined
      const entry = held && tags.seen(held)
      if (entry === undefined || entry === UNJUDGED) continue
      if (clock.now() < entry.staleAt) return { entry, depth, freshness: 'fresh' }
    }
    return undefined
  }
}
