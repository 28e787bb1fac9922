import type { Clock } from '../clock.ts'
import { durationMs } from '../duration.ts'
import { capEntry, type Entry } from '../entry.ts'
import type { UnstorableValueError } from '../errors.ts'
import { ownKey } from '../key.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import type { Announcements } from '../tiers/bus.ts'
import { type Guard, NO_ANSWER } from '../tiers/guard.ts'
import type { DeleteCause, MaybePromise, Tier } from '../tiers/tier.ts'
import { GuardedReads } from './guarded-reads.ts'
import { LeaseAccess } from './lease-access.ts'
import type { OwnedWork } from './owned-work.ts'
import { prepared } from './prepared.ts'
import { Publishing } from './publishing.ts'
import { RecentWrites } from './recent-writes.ts'
import type { StoreTime } from './store-time.ts'
import { Recovery } from './recovery.ts'
import type { TierAccess } from './tier-access.ts'
import { MAX_UNREAD_KEYS, type UnreadKeys } from './unread-keys.ts'
import { type RunningWrite, WriteLanes } from './write-lanes.ts'

/** Each holds a value: a slow tier may not gather them without bound. */
const MAX_FILLS = 1_000
const REPLAY_EVERY_MS = 1_000
const PROBED_KEY = ownKey('probe')

/** What an access works with. */
export interface AccessContext {
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly deadlineMs: number
  /** A loaded value that this tier cannot keep. */
  unstorable(error: UnstorableValueError): void
  /** Tells the other nodes of what the tier has acknowledged: then alone it counts as acknowledged. */
  readonly announce: Announcements | undefined
  /** Another node has written the key since the value was staked: no other tier of this node is to keep it. */
  overtaken(key: string): void
}

/** One write to the tier, with the entry that may land. */
interface Write {
  readonly operation: 'set' | 'delete'
  readonly key: string
  readonly entry: Entry | undefined
  readonly run: () => MaybePromise<void>
}

/** Takes what the tier answered, and says whether the write is acknowledged. */
type Note = (answer: unknown) => MaybePromise<boolean>

/**
 * Access to an asynchronous tier behind its guard. Writes to one key go in order. A write that the tier did not
 * acknowledge leaves the key pending: its copy is not read until a delete, sent again once the tier answers, has been
 * acknowledged. Values are never sent again, since another node may have written a newer one.
 */
export class AsyncTierAccess implements TierAccess {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly takesBackfill: boolean
  /** Where the tier gives out leases. */
  readonly leases: LeaseAccess | undefined
  readonly #guard: Guard
  readonly #context: AccessContext
  readonly #capMs: number
  readonly #lanes: WriteLanes
  readonly #recovery: Recovery
  readonly #unread: UnreadKeys
  readonly #publishing: Publishing
  readonly #recent: RecentWrites
  readonly #reads: GuardedReads
  #fills = 0
  #isSureOfPast = true
  #cancelReplay: (() => void) | undefined
  #isClosed = false

  constructor(tier: Tier, counters: TierCounters, guard: Guard, context: AccessContext) {
    this.tier = tier
    this.counters = counters
    this.#guard = guard
    this.#context = context
    this.takesBackfill = context.announce === undefined
    this.#capMs = tier.ttl === undefined ? Infinity : durationMs('ttl', tier.ttl)
    this.#lanes = new WriteLanes(context.clock, context.deadlineMs)
    this.#recovery = new Recovery({
      ...context,
      canClear: tier.clear !== undefined,
      sendClear: () => this.#sendClear(),
      settleKey: (key) => this.#settleKey(key),
    })
    this.#unread = this.#recovery.unread
    this.#recent = new RecentWrites(context.clock)
    this.#publishing = new Publishing({ ...context, untold: () => this.#replayLater() })
    const parts = { ...context, tier, counters, guard, recovery: this.#recovery }
    this.#reads = new GuardedReads(parts)
    this.leases = tier.lease && new LeaseAccess(tier.lease, { ...parts, capped: (entry) => this.#capped(entry) })
  }

  get condition(): TierCondition {
    const { available, breaker } = this.#guard
    return { available, breaker, pending: this.#pending }
  }

  get isSettled(): boolean {
    return this.#pending === 0 && this.#isSureOfPast
  }

  get #pending(): number {
    return this.#recovery.pending + this.#publishing.pending
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

  async fill(key: string, entry: Entry): Promise<void> {
    if (
      this.#reads.isShut ||
      this.#lanes.isBusy(key) ||
      this.#recovery.holdsBack(key) ||
      this.#guard.breaker !== 'closed'
    )
      return
    if (this.#fills >= MAX_FILLS) {
      this.counters.dropped++
      return
    }
    this.#fills++
    try {
      const own = this.#capped(entry)
      const write: Write = { operation: 'set', key, entry: own, run: () => this.#store(key, own) }
      await this.#lanes.submit(key, () => this.#begin(write, (answer) => isAnswer(answer)))
    } catch (error) {
      this.counters.unstorable++
      this.#context.unstorable(error as UnstorableValueError)
    } finally {
      this.#fills--
    }
  }

  async set(key: string, entry: Entry): Promise<boolean> {
    let isGivenUp = false
    const own = this.#capped(entry)
    const run = (): MaybePromise<void> => {
      return this.leases?.store(key, own, () => isGivenUp) ?? this.#store(key, own)
    }
    try {
      const acknowledged = await this.#write({ operation: 'set', key, entry: own, run })
      isGivenUp = !acknowledged
      return acknowledged
    } catch (error) {
      this.counters.unstorable++
      throw error
    }
  }

  delete(key: string, cause?: DeleteCause): Promise<boolean> {
    // Who asks from now on is not to see what another node has made old.
    if (cause === 'invalidated') this.#addPending(key, this.#unread.nextTurn())
    const run = (): MaybePromise<void> => {
      this.counters.deletes++
      return this.tier.delete(key, cause)
    }
    return this.#write({ operation: 'delete', key, entry: undefined, run })
  }

  async clear(): Promise<boolean> {
    const cleared = this.#recovery.clear()
    // What is being written may land after it.
    const late = this.tier.shared ? [] : [...this.#lanes.keys()].map((key) => this.delete(key, 'invalidated'))
    const answers = await Promise.all([cleared, ...late])
    if (this.tier.clear === undefined) this.#isSureOfPast = false
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

  /** The tier has answered: sends what it missed. */
  replay(): void {
    this.#recovery.replay()
    this.#publishing.retell()
  }

  resend(): void {
    for (const key of this.#recent.take()) this.#addPending(key, this.#unread.nextTurn())
    this.replay()
  }

  #store(key: string, entry: Entry): MaybePromise<void> {
    this.counters.sets++
    return this.tier.set(key, entry)
  }

  /** A copy of its own: what the tier prepares for it goes when the write is done. */
  #capped(entry: Entry): Entry {
    const capped = capEntry(entry, this.#capMs, this.#context.clock.now())
    return capped === entry ? { ...entry } : capped
  }

  /** Whether the tier has acknowledged the user's write, and the bus has; if the tier has not, the key is pending. */
  async #write(write: Write): Promise<boolean> {
    const { key } = write
    const turn = this.#unread.nextTurn()
    this.#giveUpHung(key)
    let isNoted = false
    // The tier first, then the other nodes: who hears of a write finds it done.
    const note = (answer: unknown): MaybePromise<boolean> => {
      isNoted = true
      if (!this.#noted(key, turn, isAnswer(answer))) return false
      if (this.#context.announce !== undefined) this.#recent.add(key)
      return this.#publishing.tell(key)
    }
    const acknowledged = await this.#send(write, note)
    // Its turn may not have come within the deadline.
    if (!acknowledged && !isNoted) this.#addPending(key, turn)
    if (acknowledged) this.#recovery.replay()
    return acknowledged
  }

  /** Does not wait for its turn where the breaker would refuse it then. */
  async #send(write: Write, note: Note): Promise<boolean> {
    if (this.#guard.breaker === 'closed') return this.#lanes.submit(write.key, () => this.#begin(write, note))
    return note(await this.#guard.run(write.operation, write.key, write.run))
  }

  /**
   * The guard answers by the deadline; the tier's own promise may take longer. The write has settled when both have, and the
   * answer is noted: whoever finds the key free finds it noted too.
   */
  #begin({ operation, key, entry, run }: Write, note: Note): RunningWrite {
    let own: Promise<unknown> | undefined
    const guarded = (): MaybePromise<unknown> =>
      this.#guard.run(operation, key, () => {
        const promise = Promise.resolve(run())
        own = promise
        return promise
      })
    const ready = entry && prepared(this.tier, key, entry)
    const answer = ready === undefined ? guarded() : ready.then(guarded)
    const noted = async (): Promise<boolean> => note(await answer)
    const acknowledged = noted()
    const settled = acknowledged.then(
      () => own,
      () => own,
    )
    return { acknowledged, settled, storedAt: entry?.storedAt ?? -Infinity }
  }

  #noted(key: string, turn: number, acknowledged: boolean): boolean {
    if (acknowledged) this.#unread.settle(key, turn)
    else this.#addPending(key, turn)
    return acknowledged
  }

  /** A write that was given up may land later: what it stored is not believed then. */
  #giveUpHung(key: string): void {
    const storedAt = this.#lanes.giveUpHung(key)
    if (storedAt === undefined) return
    this.#unread.distrust(key, storedAt)
    if (!this.tier.shared) this.#isSureOfPast = false
    this.#collapseOverBound()
  }

  #addPending(key: string, turn: number): void {
    this.#unread.add(key, turn)
    this.#collapseOverBound()
    this.#replayLater()
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

  #collapseOverBound(): void {
    if (!this.#unread.isOverBound && this.#lanes.size <= MAX_UNREAD_KEYS) return
    this.#recovery.collapse()
    this.#lanes.giveUpAll()
    if (!this.tier.shared) this.#isSureOfPast = false
  }

  async #sendClear(): Promise<boolean> {
    const acknowledged = isAnswer(await this.#guard.run('clear', undefined, () => this.tier.clear?.()))
    if (acknowledged) await this.#publishing.tellClear()
    else this.#replayLater()
    return acknowledged
  }

  /** Sends a delete, but not where a write to the key is under way or waits: that settles the key, or leaves it pending. */
  async #settleKey(key: string): Promise<boolean> {
    this.#giveUpHung(key)
    if (this.#unread.isPending(key) && !this.#lanes.isBusy(key)) await this.delete(key)
    return !this.#unread.isPending(key) || this.#lanes.isBusy(key)
  }
}

function isAnswer(answer: unknown): boolean {
  return answer !== NO_ANSWER
}
