import { MISS, type TierNamespace } from '../tier.ts'

/** What a memory tier answers for an entry that has this place. */
export interface PlaceHit {
  hit(place: number, now: number, tags: readonly string[] | undefined): unknown
}

/** The keys of a namespace in a memory tier, without the prefix. */
export class MemoryNamespace implements TierNamespace {
  readonly prefix: string
  readonly places: Map<string, number> = new Map()
  readonly #tier: PlaceHit

  constructor(prefix: string, tier: PlaceHit) {
    this.prefix = prefix
    this.#tier = tier
  }

  getFresh(key: string, now: number, tags?: readonly string[]): unknown {
    const place = this.places.get(key)
    return place === undefined ? MISS : this.#tier.hit(place, now, tags)
  }
}
