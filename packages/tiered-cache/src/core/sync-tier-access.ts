import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { durationMs } from '../duration.ts'
import { areCurrent, capEntry, type Entry, isEntry } from '../entry.ts'
import { TierFaultError, UnstorableValueError } from '../errors.ts'
import { isNamespaced } from '../key.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import { type DeleteCause, MISS, type Tier, type TierNamespace } from '../tiers/tier.ts'
import { type HotAccess, HotTier } from './hot-tier.ts'
import { listing } from './listing.ts'
import type { StoreTime } from './store-time.ts'
import { countRead, type TierAccess } from './tier-access.ts'
import { UnreadKeys } from './unread-keys.ts'

/** Of the only methods that may answer promises. */
const DEADLINE_MS = 1_000

/** What an access to a synchronous tier works with. */
export interface SyncAccessContext {
  readonly clock: Clock
  readonly storeTime: StoreTime
  fault(error: TierFaultError): void
  /** A loaded value that this tier cannot keep. */
  unstorable(error: UnstorableValueError): void
}

/**
 * Access to a synchronous tier: plain calls, no guard. What such a tier throws all the same is counted and reported as a
 * fault and reads as a miss; a key that it failed to write is not read until it has been deleted. A value that it refuses as
 * unstorable is no fault.
 */
export class SyncTierAccess implements TierAccess, HotAccess {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly takesBackfill = true
  readonly readsTogether = true
  readonly #context: SyncAccessContext
  readonly #capMs: number
  readonly #unread = new UnreadKeys()
  /** Nothing is held back, and the tier has a `getFresh`: the usual case. */
  isPlain: boolean
  #isShut = false
  #isHoldingBack = false

  constructor(tier: Tier, counters: TierCounters, context: SyncAccessContext) {
    this.tier = tier
    this.counters = counters
    this.#context = context
    this.#capMs = tier.ttl === undefined ? Infinity : durationMs('ttl', tier.ttl)
    this.isPlain = tier.getFresh !== undefined
  }

  get condition(): TierCondition {
    return { available: true, breaker: undefined, pending: this.#unread.pending }
  }

  get isSettled(): boolean {
    return this.#unread.pending === 0
  }

  /** The path of a hit for the keys that begin with `prefix`: `''` for all of the cache. */
  hot(prefix: string): HotTier {
    return new HotTier(this, this.#sourceOf(prefix), prefix, this.#context.clock)
  }

  freshValue(key: string, now: number, tags: readonly string[] | undefined): unknown {
    const entry = this.#get(key, () => this.tier.get(key))
    return entry !== undefined && now < entry.staleAt && areCurrent(entry.stamps, tags) ? entry.value : MISS
  }

  faulted(operation: string, key: string | undefined, error: unknown): void {
    this.#context.fault(new TierFaultError(this.tier.name, operation, key, error))
  }

  read(key: string): Entry | undefined {
    const now = this.#context.clock.now()
    const entry = this.#get(key, () => this.tier.get(key, now))
    countRead(this.counters, entry, now)
    return entry
  }

  readMany(keys: readonly string[]): readonly (Entry | undefined)[] {
    return keys.map((key) => this.read(key))
  }

  peek(key: string): Entry | undefined {
    return this.#get(key, () => (this.tier.peek === undefined ? this.tier.get(key) : this.tier.peek(key)))
  }

  ask(key: string): Entry | undefined {
    return this.peek(key)
  }

  entries(): AsyncIterable<readonly [string, Entry]> {
    return listing({
      tier: this.tier,
      clock: this.#context.clock,
      deadlineMs: DEADLINE_MS,
      believed: (key, entry) => (!this.#isShut && this.#unread.believes(key, entry.storedAt) ? entry : undefined),
      fault: (error) => this.#context.fault(error),
    })
  }

  fill(key: string, entry: Entry): void {
    if (this.#isShut) return
    try {
      this.set(key, entry)
    } catch (error) {
      this.#context.unstorable(error as UnstorableValueError)
    }
  }

  set(key: string, entry: Entry): boolean {
    try {
      this.counters.sets++
      const now = this.#context.clock.now()
      synchronous(this.tier.set(key, capEntry(entry, this.#capMs, now), now))
      this.#unread.settle(key, this.#unread.nextTurn())
      return true
    } catch (error) {
      if (!(error instanceof UnstorableValueError)) this.faulted('set', key, error)
      // What it holds after a failed set is anybody's guess: rather nothing than an older value.
      this.#deleteOrHoldBack(key)
      if (!(error instanceof UnstorableValueError)) return false
      this.counters.unstorable++
      throw error
    }
  }

  delete(key: string, cause?: DeleteCause): boolean {
    return this.#deleteOrHoldBack(key, cause)
  }

  shut(isShut: boolean): void {
    this.#isShut = isShut
    this.isPlain = !isShut && !this.#isHoldingBack && this.tier.getFresh !== undefined
  }

  /** A synchronous tier is asked again when the key is. */
  replay(): void {}

  resend(): void {}

  clear(): boolean {
    const cleared = this.tier.clear !== undefined && this.#do('clear', undefined, () => this.tier.clear?.())
    if (cleared) this.#unread.distrustAll(-Infinity)
    else this.#holdBackAll()
    return cleared
  }

  async open(): Promise<void> {
    await this.#lifecycle('open', () => this.tier.open?.())
  }

  async close(): Promise<void> {
    await this.#lifecycle('close', () => this.tier.close?.())
  }

  #get(key: string, work: () => unknown): Entry | undefined {
    if (this.#isShut || (this.#unread.isPending(key) && !this.#deleteOrHoldBack(key))) return undefined
    try {
      const entry = synchronous(work())
      return isEntry(entry) && this.#unread.believes(key, entry.storedAt) ? entry : undefined
    } catch (error) {
      this.faulted('get', key, error)
      return undefined
    }
  }

  #sourceOf(prefix: string): TierNamespace {
    const { tier } = this
    const hasViews = tier.namespace !== undefined && tier.getFresh !== undefined
    if (prefix !== '')
      return hasViews
        ? tier.namespace!(prefix)
        : { getFresh: (key, now, tags) => tier.getFresh!(prefix + key, now, tags) }
    // Nobody is given what is in a namespace by a key of the cache itself.
    return hasViews
      ? (tier as TierNamespace)
      : { getFresh: (key, now, tags) => (isNamespaced(key) ? MISS : tier.getFresh!(key, now, tags)) }
  }

  #deleteOrHoldBack(key: string, cause?: DeleteCause): boolean {
    const turn = this.#unread.nextTurn()
    const deleted = this.#do('delete', key, () => {
      this.counters.deletes++
      return this.tier.delete(key, cause)
    })
    if (deleted) {
      this.#unread.settle(key, turn)
      return true
    }
    this.#holdBack()
    this.#unread.add(key, turn)
    if (this.#unread.isOverBound) this.#holdBackAll()
    return false
  }

  #holdBack(): void {
    this.#isHoldingBack = true
    this.isPlain = false
  }

  #holdBackAll(): void {
    this.#holdBack()
    this.#unread.distrustAll(this.#context.storeTime.mark())
  }

  #do(operation: string, key: string | undefined, work: () => unknown): boolean {
    try {
      synchronous(work())
      return true
    } catch (error) {
      this.faulted(operation, key, error)
      return false
    }
  }

  async #lifecycle(operation: string, work: () => Promise<void> | undefined): Promise<void> {
    try {
      await withinDeadline(work, DEADLINE_MS, this.#context.clock)
    } catch (error) {
      this.faulted(operation, undefined, error)
    }
  }
}

/** @throws TypeError for a promise, whose rejection would otherwise be nobody's. */
function synchronous(answer: unknown): unknown {
  if (!(answer instanceof Promise)) return answer
  answer.catch(() => {})
  throw new TypeError('a tier with sync: true must not answer a promise')
}
