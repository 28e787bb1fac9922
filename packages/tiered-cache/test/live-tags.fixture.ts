import type { Entry } from '@org/tiered-cache'
import type { Random } from '@org/testkit'

interface LiveStamp {
  readonly tag: string
  readonly expire: string
  readonly delete: string
  isCurrent: boolean
}

const TAGS = ['user:1', 'user:2', 'team:1', 'team:2', 'all']

/** Tags with one stamp each that all entries share, as the cache keeps them: what is dropped is not current any more. */
export class LiveTags {
  readonly #stamps = new Map<string, LiveStamp>()
  #drops = 0

  /** Of entries: mostly none, else up to all of them. */
  stamps(random: Random): Entry['stamps'] {
    if (random.chance(0.7)) return []
    return this.names(random).map((tag) => this.#stamp(tag))
  }

  /** Some tags, in any order; none now and then. */
  names(random: Random): readonly string[] {
    const names = new Set(Array.from({ length: random.pick([0, 1, 1, 1, 2, 3, 6]) }, () => random.pick(TAGS)))
    return [...names]
  }

  /** The stamp of one tag is outdated; who stores with that tag later has another. */
  drop(random: Random): void {
    const tag = random.pick(TAGS)
    this.#stamp(tag).isCurrent = false
    this.#stamps.delete(tag)
  }

  #stamp(tag: string): LiveStamp {
    const known = this.#stamps.get(tag)
    if (known !== undefined) return known
    const stamp = { tag, expire: `e-${this.#drops}`, delete: `d-${this.#drops++}`, isCurrent: true }
    this.#stamps.set(tag, stamp)
    return stamp
  }
}

/** The rule of `getFresh`, word by word. */
export function isHot(entry: Entry, now: number, tags: readonly string[]): boolean {
  const isCurrent = entry.stamps.every((stamp) => stamp.isCurrent === true)
  return isCurrent && now < entry.staleAt && tags.every((tag) => entry.stamps.some((stamp) => stamp.tag === tag))
}
