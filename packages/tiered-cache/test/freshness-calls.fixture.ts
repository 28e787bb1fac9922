import type { Random } from '@org/testkit'
import type { LoadOptions, WriteOptions } from '@org/tiered-cache'

export const KEYS: readonly string[] = ['a', 'b', 'c']
const TAGS = ['x', 'y']

/** All options of freshness in milliseconds, those of the cache and of the call together. */
export interface CallOptions {
  readonly ttl: number
  readonly grace: number
  readonly jitter: number
  readonly negativeTtl: number
  readonly softTimeout: number
  readonly hardTimeout: number
  readonly refreshCooldown: number
  readonly refreshAhead?: number | 'xfetch' | undefined
  /** How long an error is remembered; 0: not. */
  readonly errorTtl: number
}

export type CalledWith = Pick<LoadOptions, 'forceRefresh' | 'tags' | 'skipTiers'>

/** What a loader does, once it is called. */
export interface Script {
  readonly outcome: 'value' | 'nothing' | 'error' | 'notModified'
  readonly value: string
  /** How long it takes. */
  readonly takesMs: number
  readonly skipsStore: boolean
  readonly ttl?: number | undefined
  readonly grace?: number | undefined
  readonly etag?: string | undefined
  /** What others do while it runs. */
  readonly meanwhile?: Write | undefined
}

/** A write, as the cache and its reference are told of it. */
export type Write =
  | { readonly verb: 'set'; readonly key: string; readonly value: string; readonly options: WriteOptions }
  | { readonly verb: 'delete'; readonly key: string }
  | { readonly verb: 'clear' }
  | { readonly verb: 'invalidateTag'; readonly tags: readonly string[]; readonly mode: 'expire' | 'delete' }

/** What a caller of getOrSet is given: a value, or what a load failed with. */
export type Given = { readonly value: string | undefined } | { readonly error: string }

/** What a loader was given as `stale`; `undefined`: nothing. */
export type Stale =
  | { readonly value: unknown; readonly storedAt: number; readonly etag: string | undefined }
  | undefined

/** Random calls of a cache with these tiers, with any of the options. */
export class FreshnessCalls {
  readonly #random: Random
  readonly #tiers: readonly string[]

  constructor(random: Random, tiers: readonly string[]) {
    this.#random = random
    this.#tiers = tiers
  }

  /** Of `only`, where that is given. */
  write(value: string, only?: string): Write {
    const random = this.#random
    const key = only ?? random.pick(KEYS)
    const chance = random.next()
    if (chance < 0.1) return { verb: 'clear' }
    if (chance < 0.25) return { verb: 'delete', key }
    const mode = random.pick(['expire', 'delete'] as const)
    if (chance < 0.6) return { verb: 'invalidateTag', tags: random.pick([['x'], ['y'], TAGS]), mode }
    const { ttl, grace, jitter } = this.options()
    const options = { ttl, grace, jitter, etag: random.pick([undefined, 'set']), ...this.read() }
    return { verb: 'set', key, value, options }
  }

  read(): { readonly tags: readonly string[]; readonly skipTiers: readonly string[] } {
    return { tags: this.#someTags(), skipTiers: this.#someTiers() }
  }

  /** Of the load of `key` in step `at`. */
  script(at: number, key: string): Script {
    const random = this.#random
    return {
      outcome: random.pick(['value', 'value', 'nothing', 'error', 'error', 'notModified']),
      value: `load ${at}`,
      takesMs: random.pick([0, 0, 0, 20, 60]),
      skipsStore: random.chance(0.1),
      ttl: random.chance(0.1) ? random.pick([0, 250]) : undefined,
      grace: random.chance(0.1) ? random.pick([0, 250]) : undefined,
      etag: random.chance(0.3) ? `etag ${at}` : undefined,
      meanwhile: random.chance(0.15) ? this.write(`meanwhile ${at}`, key) : undefined,
    }
  }

  calledWith(): CalledWith {
    const { tags } = this.read()
    const skipTiers = { read: this.#someTiers(), write: this.#someTiers() }
    return { forceRefresh: this.#random.chance(0.15), tags, skipTiers }
  }

  options(): CallOptions {
    const random = this.#random
    return {
      ttl: random.pick([0, 100, 100, 1_000, 1_000, Infinity]),
      grace: random.pick([0, 0, 200, 5_000, 5_000]),
      jitter: random.pick([0, 0, 0.1, 1]),
      negativeTtl: random.pick([0, 0, 100, 1_000]),
      softTimeout: random.pick([0, 0, 10, 30, 50, Infinity]),
      hardTimeout: random.pick([10, 40, 1_000, Infinity]),
      refreshCooldown: random.pick([0, 100, 1_000]),
      refreshAhead: random.pick([undefined, undefined, 0, 0.3, 0.8, 1, 'xfetch']),
      errorTtl: random.pick([0, 0, 100, 1_000]),
    }
  }

  #someTags(): readonly string[] {
    return this.#random.pick([[], [], [], ['x'], ['y'], TAGS])
  }

  #someTiers(): readonly string[] {
    return this.#random.chance(0.85) ? [] : [this.#random.pick(this.#tiers)]
  }
}
