import type { EntryInfo, ReadOptions, WriteOptions } from '@org/tiered-cache'
import type { CalledWith, CallOptions, Given, Script, Stale, Write } from './freshness-calls.fixture.ts'

interface Copy {
  readonly value: string | undefined
  readonly storedAt: number
  readonly staleAt: number
  readonly expiresAt: number
  readonly loadMs: number
  readonly etag: string | undefined
  /** How often each tag had been invalidated, in each mode, when its load began. */
  readonly tags: ReadonlyMap<string, Invalidations>
}

interface Invalidations {
  readonly delete: number
  readonly expire: number
}

interface PlainTier {
  readonly name: string
  readonly ttl: number
  readonly copies: Map<string, Copy>
}

interface Held {
  readonly copy: Copy
  readonly depth: number
  readonly isFresh: boolean
}

interface Load extends CallOptions, CalledWith {
  readonly key: string
  readonly script: Script
}

interface Loaded {
  /** `void`: right for who waited, and stored nowhere. */
  readonly outcome: 'stored' | 'failed' | 'void'
  readonly given: Given
  readonly endsAt: number
}

const NO_INVALIDATIONS: Invalidations = { delete: 0, expire: 0 }
const FIRST_MS = 1_700_000_000_000

/**
 * What the guides say, put plainly: one caller after the other, memory first and at most one asynchronous tier below. All copies of a key are
 * of one value, since a tier that does not get a newer one loses its copy.
 */
export class FreshnessReference {
  readonly tiers: readonly PlainTier[]
  readonly #tags = new Map<string, Invalidations>()
  readonly #errors = new Map<string, { readonly error: string; readonly until: number }>()
  readonly #coolingUntil = new Map<string, number>()
  readonly #written = new Map<string, number>()
  /** What the loaders of the last call were given. */
  loaderCalls: Stale[] = []
  now = FIRST_MS
  /** What `Math.random` gives. */
  chance = 0.5

  constructor(tiers: readonly { readonly name: string; readonly ttl: number }[]) {
    this.tiers = tiers.map((tier) => ({ ...tier, copies: new Map<string, Copy>() }))
  }

  apply(write: Write): void {
    if (write.verb === 'set') this.set(write.key, write.value, write.options)
    else if (write.verb === 'delete') this.#delete(write.key)
    else if (write.verb === 'clear') this.#clear()
    else this.#invalidate(write.tags, write.mode)
  }

  set(key: string, value: string, { ttl, grace, jitter, etag, tags = [], skipTiers = [] }: WriteOptions): void {
    const [ttlMs, graceMs] = [Number(ttl), Number(grace)]
    this.#delete(key)
    if (ttlMs + graceMs === 0) return
    const wholeMs = this.#jittered(ttlMs, jitter ?? 0)
    const staleAt = this.now + wholeMs
    const stamps = this.#stampsOf(tags)
    this.#store(
      key,
      { value, storedAt: this.now, staleAt, expiresAt: staleAt + graceMs, loadMs: 0, etag, tags: stamps },
      skipTiers,
    )
  }

  get(key: string, { tags = [], skipTiers = [] }: ReadOptions): string | undefined {
    const held = skipTiers.length > 0 ? this.#skipping(key, skipTiers, skipTiers, tags) : this.#read(key, tags)
    return held?.isFresh === true ? held.copy.value : undefined
  }

  getSync(key: string): string | undefined {
    const held = this.#at(0, key)
    return held?.isFresh === true ? held.copy.value : undefined
  }

  has(key: string): boolean {
    const fresh = this.tiers.map((_, depth) => this.#at(depth, key)).find((held) => held?.isFresh)
    return fresh?.copy.value !== undefined
  }

  entry(key: string): Omit<EntryInfo, 'remainingTtlMs'> | undefined {
    const held = this.tiers.map((_, depth) => this.#at(depth, key)).filter((each) => each !== undefined)
    const [first] = held
    if (first === undefined) return undefined
    const { storedAt, staleAt, expiresAt, tags } = first.copy
    const freshness = first.isFresh ? 'fresh' : 'stale'
    const tiers = held.map(({ depth }) => this.tiers[depth]!.name)
    return { key, tiers, freshness, storedAt, staleAt, expiresAt, tags: [...tags.keys()] }
  }

  /** Moves the time on by what the loader takes, were it called. */
  getOrSet(load: Load): Given {
    this.loaderCalls = []
    const began = this.now
    const given = this.#getOrSet(load)
    this.now = began + load.script.takesMs
    return given
  }

  #getOrSet(load: Load): Given {
    const { key, tags = [], skipTiers, forceRefresh } = load
    const { read: skipRead = [], write: skipWrite = [] } = skipTiers ?? {}
    const isSkipping = skipRead.length + skipWrite.length > 0
    if (forceRefresh === true) return this.#load(load, this.#forReplacing(load, isSkipping)).given
    const held = isSkipping ? this.#skipping(key, skipRead, skipWrite, tags) : this.#upToStale(key, tags)
    if (held !== undefined) return this.#serve(load, held, isSkipping)
    const error = this.#errors.get(key)
    if (error !== undefined && this.now < error.until) return { error: error.error }
    return this.#load(load, undefined).given
  }

  /** What a forced load is given. */
  #forReplacing({ key, tags = [], skipTiers }: Load, isSkipping: boolean): Copy | undefined {
    if (isSkipping) return this.#skipping(key, skipTiers?.read ?? [], skipTiers?.write ?? [], tags)?.copy
    const held = withTags(this.#at(0, key), tags)
    const below = withTags(this.#below(key), tags)
    return (held ?? below)?.copy
  }

  #serve(load: Load, held: Held, isSkipping: boolean): Given {
    const { key, softTimeout, refreshAhead } = load
    const old: Given = { value: held.copy.value }
    if (held.isFresh && (refreshAhead === undefined || !this.#isDue(held.copy, refreshAhead))) return old
    if (this.now < (this.#coolingUntil.get(key) ?? 0)) return old
    const began = this.now
    const below = held.depth === 0 && !isSkipping ? this.#below(key) : undefined
    // What lies below lives longer than the copy above, and is not due itself.
    if (held.isFresh && below?.isFresh === true && !this.#isDue(below.copy, refreshAhead!)) return old
    const loaded = this.#refresh(load, held.copy)
    if (held.isFresh || softTimeout === 0 || loaded.outcome === 'failed') return old
    return loaded.endsAt - began < softTimeout ? loaded.given : old
  }

  #refresh(load: Load, old: Copy): Loaded {
    const { key, refreshCooldown } = load
    const writes = this.#writesOf(key)
    const stamps = this.#stampsOf(load.tags ?? [])
    const loaded = this.#load(load, old)
    const isOvertaken = writes !== this.#writesOf(key) || !this.#areCurrent(stamps)
    if (loaded.outcome !== 'stored' && !isOvertaken) this.#coolingUntil.set(key, this.now + refreshCooldown)
    return loaded
  }

  #load(load: Load, old: Copy | undefined): Loaded {
    const { key, script, hardTimeout, tags = [], errorTtl } = load
    this.loaderCalls.push(old && { value: old.value, storedAt: old.storedAt, etag: old.etag })
    const stamps = this.#stampsOf(tags)
    const writes = this.#writesOf(key)
    if (script.meanwhile !== undefined) this.apply(script.meanwhile)
    const isTimedOut = script.takesMs > hardTimeout
    this.now += Math.min(script.takesMs, hardTimeout)
    const isOvertaken = writes !== this.#writesOf(key)
    if (isTimedOut || script.outcome === 'error') {
      const error = isTimedOut ? 'LoadTimeoutError' : script.value
      const isTelling = !isOvertaken && this.#areCurrent(stamps)
      if (isTelling && errorTtl > 0) this.#errors.set(key, { error, until: this.now + errorTtl })
      return { outcome: 'failed', given: { error }, endsAt: this.now }
    }
    const isSame = script.outcome === 'notModified' && old !== undefined
    const value = isSame ? old.value : script.outcome === 'nothing' ? undefined : script.value
    const outcome = isOvertaken || script.skipsStore || !this.#areCurrent(stamps) ? 'void' : 'stored'
    if (outcome === 'void') {
      if (!isOvertaken && this.#areCurrent(stamps)) this.#forget(key)
      return { outcome, given: { value }, endsAt: this.now }
    }
    return {
      outcome: this.#keep(load, value, isSame ? old.etag : undefined, old, stamps),
      given: { value },
      endsAt: this.now,
    }
  }

  #keep(
    load: Load,
    value: string | undefined,
    etag: string | undefined,
    old: Copy | undefined,
    tags: Copy['tags'],
  ): Loaded['outcome'] {
    const { key, script, ttl, negativeTtl, jitter, skipTiers } = load
    const isFound = value !== undefined
    const wholeMs = this.#jittered(script.ttl ?? (isFound ? ttl : negativeTtl), jitter)
    const graceMs = isFound ? (script.grace ?? load.grace) : 0
    if (wholeMs + graceMs === 0) {
      // Also what the call did not want to see.
      this.#delete(key)
      return 'void'
    }
    this.#forget(key)
    const staleAt = this.now + wholeMs
    const loadMs = script.takesMs
    const copy = {
      value,
      storedAt: this.now,
      staleAt,
      expiresAt: staleAt + graceMs,
      loadMs,
      etag: script.etag ?? etag,
      tags,
    }
    this.#store(key, copy, skipTiers?.write ?? [])
    return 'stored'
  }

  /** Fresh or stale, from memory where it is there. */
  #upToStale(key: string, tags: readonly string[]): Held | undefined {
    return withTags(this.#at(0, key), tags) ?? withTags(this.#below(key), tags)
  }

  #read(key: string, tags: readonly string[]): Held | undefined {
    const held = withTags(this.#at(0, key), tags)
    return held?.isFresh === true ? held : withTags(this.#below(key), tags)
  }

  /** What lies below memory, which takes a copy of it. */
  #below(key: string): Held | undefined {
    const below = this.#at(1, key)
    if (below !== undefined) this.#put(0, key, below.copy)
    return below
  }

  #skipping(key: string, read: readonly string[], write: readonly string[], tags: readonly string[]): Held | undefined {
    const held = this.tiers.map((tier, depth) => (read.includes(tier.name) ? undefined : this.#at(depth, key)))
    const found = held.find((each) => each?.isFresh) ?? held.find((each) => each !== undefined)
    for (let depth = 0; depth < (found?.depth ?? 0); depth++)
      if (!write.includes(this.tiers[depth]!.name)) this.#put(depth, key, found!.copy)
    return withTags(found, tags)
  }

  /** As it counts now: `undefined` where it is expired, or ended by a tag. */
  #at(depth: number, key: string): Held | undefined {
    const held = this.tiers[depth]?.copies.get(key)
    if (held === undefined || this.now >= held.expiresAt) return undefined
    const hasEnded = (mode: 'delete' | 'expire'): boolean =>
      [...held.tags].some(([tag, stored]) => stored[mode] !== this.#invalidationsOf(tag)[mode])
    if (hasEnded('delete')) return undefined
    const isExpired = hasEnded('expire')
    if (isExpired && held.value === undefined) return undefined
    const copy = isExpired ? { ...held, staleAt: 0 } : held
    return { copy, depth, isFresh: this.now < copy.staleAt }
  }

  #store(key: string, copy: Copy, skipped: readonly string[]): void {
    for (const [depth, tier] of this.tiers.entries()) {
      if (skipped.includes(tier.name)) tier.copies.delete(key)
      else this.#put(depth, key, copy)
    }
  }

  /** A tier with a ttl of its own keeps nothing for longer. */
  #put(depth: number, key: string, copy: Copy): void {
    const { ttl, copies } = this.tiers[depth]!
    const limit = this.now + ttl
    copies.set(key, { ...copy, staleAt: Math.min(copy.staleAt, limit), expiresAt: Math.min(copy.expiresAt, limit) })
  }

  #delete(key: string): void {
    for (const { copies } of this.tiers) copies.delete(key)
    this.#written.set(key, (this.#written.get(key) ?? 0) + 1)
    this.#forget(key)
  }

  #clear(): void {
    for (const { copies } of this.tiers) copies.clear()
    this.#errors.clear()
    this.#written.set('', this.#writesOf('') + 1)
  }

  #invalidate(tags: readonly string[], mode: 'expire' | 'delete'): void {
    for (const tag of tags) {
      const before = this.#invalidationsOf(tag)
      this.#tags.set(tag, { ...before, [mode]: before[mode] + 1 })
    }
    this.#errors.clear()
  }

  #forget(key: string): void {
    this.#errors.delete(key)
    this.#coolingUntil.delete(key)
  }

  #writesOf(key: string): number {
    return (this.#written.get(key) ?? 0) + (this.#written.get('') ?? 0)
  }

  #stampsOf(tags: readonly string[]): Copy['tags'] {
    return new Map(tags.map((tag) => [tag, this.#invalidationsOf(tag)]))
  }

  #areCurrent(stamps: Copy['tags']): boolean {
    return [...stamps].every(([tag, then]) => then === this.#invalidationsOf(tag))
  }

  #invalidationsOf(tag: string): Invalidations {
    return this.#tags.get(tag) ?? NO_INVALIDATIONS
  }

  #jittered(ttlMs: number, jitter: number): number {
    return jitter === 0 ? ttlMs : ttlMs * (1 - jitter * this.chance)
  }

  #isDue({ storedAt, staleAt, loadMs }: Copy, ahead: number | 'xfetch'): boolean {
    if (ahead === 'xfetch') return loadMs > 0 && this.chance <= Math.exp(-(staleAt - this.now) / loadMs)
    return this.now - storedAt >= ahead * (staleAt - storedAt)
  }
}

function withTags(held: Held | undefined, tags: readonly string[]): Held | undefined {
  return held !== undefined && tags.every((tag) => held.copy.tags.has(tag)) ? held : undefined
}
