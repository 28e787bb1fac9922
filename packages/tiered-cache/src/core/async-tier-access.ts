import type { Clock } from '../clock.ts'
import { durationMs } from '../duration.ts'
import { capEntry, type Entry } from '../entry.ts'
import type { TierFaultError, UnstorableValueError } from '../errors.ts'
import { isOwnKey, ownKey } from '../key.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import type { Announcements } from '../tiers/bus.ts'
import { type Guard, NO_ANSWER } from '../tiers/guard.ts'
import type { DeleteCause, MaybePromise, Tier } from '../tiers/tier.ts'
import { GuardedReads } from './guarded-reads.ts'
import { GuardedWrites } from './guarded-writes.ts'
import { LeaseAccess } from './lease-access.ts'
import type { OwnedWork } from './owned-work.ts'
import { Publishing } from './publishing.ts'
import { RecentWrites } from './recent-writes.ts'
import { Recovery } from './recovery.ts'
import type { SchemaCheck } from './schema-check.ts'
import type { StoreTime } from './store-time.ts'
import type { TierAccess } from './tier-access.ts'

const REPLAY_EVERY_MS = 1_000
const PROBED_KEY = ownKey('probe')

/** What an access works with. */
export interface AccessContext {
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly deadlineMs: number
  /** What no guard tells of. */
  fault(error: TierFaultError): void
  /** A loaded value that this tier cannot keep. */
  unstorable(error: UnstorableValueError): void
  /** Where values must fit a schema. */
  readonly schemaCheck: SchemaCheck | undefined
  /** Tells the other nodes of what the tier has acknowledged: then alone it counts as acknowledged. */
  readonly announce: Announcements | undefined
  /** Another node has written the key since the value was staked: no other tier of this node is to keep it. */
  overtaken(key: string): void
}

/** Access to an asynchronous tier behind its guard: its reads, writes and leases, and what it has missed. */
export class AsyncTierAccess implements TierAccess {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly takesBackfill: boolean
  /** Where the tier gives out leases. */
  readonly leases: LeaseAccess | undefined
  readonly #guard: Guard
  readonly #context: AccessContext
  readonly #capMs: number
  readonly #recovery: Recovery
  readonly #publishing: Publishing
  /** Where other nodes are told of them. */
  readonly #recent: RecentWrites | undefined
  readonly #reads: GuardedReads
  readonly #writes: GuardedWrites
  #cancelReplay: (() => void) | undefined
  #isClosed = false

  constructor(tier: Tier, counters: TierCounters, guard: Guard, context: AccessContext) {
    this.tier = tier
    this.counters = counters
    this.#guard = guard
    this.#context = context
    this.takesBackfill = context.announce === undefined
    this.#capMs = tier.ttl === undefined ? Infinity : durationMs('ttl', tier.ttl)
    const missed = (): void => this.#replayLater()
    this.#publishing = new Publishing({ ...context, untold: missed })
    this.#recovery = new Recovery({
      ...context,
      canClear: tier.clear !== undefined,
      sendClear: (isRetry) => this.#sendClear(isRetry),
      tellClear: () => this.#publishing.tellClear(),
      settleKey: (key) => this.#writes.settle(key),
    })
    this.#recent = context.announce && new RecentWrites(context.clock)
    const capped = (key: string, entry: Entry): Entry => this.#capped(key, entry)
    const parts = { ...context, tier, counters, guard, recovery: this.#recovery, capped }
    this.#reads = new GuardedReads(parts)
    this.leases = tier.lease && new LeaseAccess(tier.lease, parts)
    const { leases } = this
    this.#writes = new GuardedWrites({ ...parts, leases, publishing: this.#publishing, recent: this.#recent, missed })
  }

  get condition(): TierCondition {
    const { available, breaker } = this.#guard
    return { available, breaker, pending: this.#pending }
  }

  get isSettled(): boolean {
    return this.#pending === 0 && this.#writes.isSureOfPast
  }

  get #pending(): number {
    return this.#recovery.pending + this.#publishing.pending
  }

  /** Not while its breaker is open: who asks it then is to wait for nothing. */
  get readsTogether(): boolean {
    return this.tier.readsTogether === true && this.#guard.breaker === 'closed'
  }

  read(key: string): MaybePromise<Entry | undefined> {
    return this.#reads.read(key)
  }

  readMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    return this.#reads.readMany(keys)
  }

  peek(key: string): MaybePromise<Entry | undefined> {
    return this.#reads.peek(key)
  }

  ask(key: string): Promise<Entry | typeof NO_ANSWER | undefined> {
    return this.#reads.ask(key)
  }

  entries(): AsyncIterable<readonly [string, Entry]> | Iterable<readonly [string, Entry]> {
    return this.#reads.entries()
  }

  async fill(key: string, entry: Entry): Promise<void> {
    if (!this.#reads.isShut) await this.#writes.fill(key, entry)
  }

  set(key: string, entry: Entry): Promise<boolean> {
    return this.#writes.set(key, entry)
  }

  delete(key: string, cause?: DeleteCause): Promise<boolean> {
    return this.#writes.delete(key, cause)
  }

  async clear(): Promise<boolean> {
    const cleared = this.#recovery.clear()
    this.#recent?.clear()
    // What is being written was begun before, and may land after it.
    const answers = await Promise.all([cleared, ...this.#writes.deleteUnderWay()])
    if (this.tier.clear === undefined) this.#writes.cannotClear()
    return answers.every(Boolean) && !this.#publishing.isClearUntold
  }

  shut(isShut: boolean): void {
    this.#reads.isShut = isShut
  }

  open(): Promise<void> {
    return this.#guard.open()
  }

  close(): Promise<void> {
    this.#isClosed = true
    this.#cancelReplay?.()
    return this.#guard.close()
  }

  /** The tier has answered, or this is the last chance: sends what it missed, and tells of what was not told. */
  replay(): void {
    this.#recovery.replay()
    this.#publishing.retell(true)
  }

  resend(since: number): void {
    const recent = this.#recent?.take(since)
    if (recent === undefined) return
    if (recent.isCleared) this.#context.work.own(this.clear())
    for (const key of recent.keys) this.#writes.addPending(key)
    this.replay()
  }

  /** A copy of its own: what the tier prepares for it goes when the write is done. Own records live for as long as they say. */
  #capped(key: string, entry: Entry): Entry {
    const capMs = isOwnKey(key) ? Infinity : this.#capMs
    const capped = capEntry(entry, capMs, this.#context.clock.now())
    return capped === entry ? { ...entry } : capped
  }

  /** Also where nobody reads from the tier meanwhile: other nodes wait for it. */
  #replayLater(): void {
    if (this.#isClosed) return
    this.#cancelReplay ??= this.#context.clock.setTimer(() => {
      this.#cancelReplay = undefined
      this.#publishing.retell()
      if (this.#guard.breaker === 'closed') this.#recovery.replay()
      // As the probe of the breaker: what it lets through again is replayed then.
      else void this.#guard.run('get', PROBED_KEY, () => this.tier.get(PROBED_KEY))
      if (this.#pending > 0) this.#replayLater()
    }, REPLAY_EVERY_MS)
  }

  async #sendClear(isRetry: boolean): Promise<boolean> {
    const answer = await this.#guard.run('clear', undefined, () => this.tier.clear?.(isRetry))
    if (answer === NO_ANSWER) this.#replayLater()
    return answer !== NO_ANSWER
  }
}
