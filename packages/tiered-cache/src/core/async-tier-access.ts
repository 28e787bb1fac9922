import type { Clock } from '../clock.ts'
import { durationMs } from '../duration.ts'
import { capEntry, type Entry, isEntry } from '../entry.ts'
import type { UnstorableValueError } from '../errors.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import { type Guard, NO_ANSWER } from '../tiers/guard.ts'
import type { MaybePromise, Tier } from '../tiers/tier.ts'
import type { OwnedWork } from './owned-work.ts'
import { PendingInvalidations } from './pending-invalidations.ts'
import type { StoreTime } from './store-time.ts'
import { countRead, type TierAccess } from './tier-access.ts'
import { type RunningWrite, WriteLanes } from './write-lanes.ts'

const REPLAY_PAUSE_MS = 1_000
const REPLAYS_AT_ONCE = 32

/** What an access works with. */
export interface AccessContext {
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly deadlineMs: number
  /** A loaded value that this tier cannot keep. */
  unstorable(error: UnstorableValueError): void
}

/**
 * Access to an asynchronous tier behind its guard. Writes to one key go in order. A write that the tier did not
 * acknowledge leaves the key pending: its copy is not read until a delete, sent again once the tier answers, has been
 * acknowledged. Values are never sent again, since another node may have written a newer one.
 */
export class AsyncTierAccess implements TierAccess {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly #guard: Guard
  readonly #context: AccessContext
  readonly #capMs: number
  readonly #lanes: WriteLanes
  readonly #pending = new PendingInvalidations()
  #clearedAt = -Infinity
  #clearPending = false
  #replaying = false
  #nextReplayAt = -Infinity

  constructor(tier: Tier, counters: TierCounters, guard: Guard, context: AccessContext) {
    this.tier = tier
    this.counters = counters
    this.#guard = guard
    this.#context = context
    this.#capMs = tier.ttl === undefined ? Infinity : durationMs('ttl', tier.ttl)
    this.#lanes = new WriteLanes(context.clock, context.deadlineMs)
  }

  get condition(): TierCondition {
    const { available, breaker } = this.#guard
    return { available, breaker, pending: this.#pending.size + (this.#clearPending ? 1 : 0) }
  }

  read(key: string): MaybePromise<Entry | undefined> {
    const answer = this.#ask(key)
    return answer === undefined ? undefined : this.#counted(answer)
  }

  peek(key: string): MaybePromise<Entry | undefined> {
    return this.#ask(key)
  }

  async fill(key: string, entry: Entry): Promise<void> {
    if (this.#lanes.isBusy(key) || this.#pending.has(key)) return
    this.counters.sets++
    try {
      await this.#lanes.submit(key, () => this.#begin('set', key, () => this.tier.set(key, this.#capped(entry))))
    } catch (error) {
      this.#context.unstorable(error as UnstorableValueError)
    }
  }

  set(key: string, entry: Entry): Promise<boolean> {
    this.counters.sets++
    return this.#write('set', key, () => this.tier.set(key, this.#capped(entry)))
  }

  delete(key: string): Promise<boolean> {
    this.counters.deletes++
    return this.#write('delete', key, () => this.tier.delete(key))
  }

  async clear(): Promise<boolean> {
    this.#forgetAll()
    return this.#sendClear()
  }

  open(): Promise<void> {
    return this.#guard.open()
  }

  close(): Promise<void> {
    return this.#guard.close()
  }

  /** The tier has answered: sends what it missed, at most one round at a time and one a second where it goes on failing. */
  replay(): void {
    if (this.#replaying || (this.#pending.size === 0 && !this.#clearPending)) return
    if (this.#context.clock.monotonic() < this.#nextReplayAt) return
    this.#replaying = true
    this.#context.work.own(this.#replayRound())
  }

  #ask(key: string): MaybePromise<Entry | undefined> {
    if (this.#pending.has(key)) {
      this.replay()
      return undefined
    }
    const answer = this.#guard.run('get', key, () => this.tier.get(key))
    return answer === NO_ANSWER ? undefined : this.#judged(answer)
  }

  async #judged(answer: MaybePromise<unknown>): Promise<Entry | undefined> {
    const entry = await answer
    return isEntry(entry) && entry.storedAt > this.#clearedAt ? entry : undefined
  }

  async #counted(answer: MaybePromise<Entry | undefined>): Promise<Entry | undefined> {
    const entry = await answer
    countRead(this.counters, entry, this.#context.clock.now())
    return entry
  }

  async #write(operation: 'set' | 'delete', key: string, work: () => MaybePromise<void>): Promise<boolean> {
    const turn = this.#pending.nextTurn()
    const acknowledged = await this.#lanes.submit(key, () => this.#begin(operation, key, work))
    if (acknowledged) this.#pending.settle(key, turn)
    else this.#addPending(key, turn)
    return acknowledged
  }

  /** The guard answers by the deadline; `settled` is the tier's own promise, which may take longer. */
  #begin(operation: string, key: string, work: () => MaybePromise<void>): RunningWrite {
    let settled: Promise<unknown> = Promise.resolve()
    const answer = this.#guard.run(operation, key, () => {
      const own = work()
      settled = Promise.resolve(own)
      return own
    })
    return { acknowledged: this.#isAcknowledged(answer), settled }
  }

  async #isAcknowledged(answer: MaybePromise<unknown>): Promise<boolean> {
    try {
      return (await answer) !== NO_ANSWER
    } catch (error) {
      this.counters.unstorable++
      throw error
    }
  }

  #addPending(key: string, turn: number): void {
    this.#pending.add(key, turn)
    if (!this.#pending.isOverBound) return
    this.#forgetAll()
    this.#clearPending = this.tier.clear !== undefined
  }

  /** From now on nothing stored so far is read, which settles every pending key at once. */
  #forgetAll(): void {
    this.#clearedAt = this.#context.storeTime.mark()
    this.#pending.clear()
  }

  async #sendClear(): Promise<boolean> {
    if (this.tier.clear === undefined) return false
    const answer = await this.#guard.run('clear', undefined, () => this.tier.clear?.())
    this.#clearPending = answer === NO_ANSWER
    return !this.#clearPending
  }

  async #replayRound(): Promise<void> {
    let going = !this.#clearPending || (await this.#sendClear())
    const keys = this.#pending.keys().filter((key) => !this.#lanes.isBusy(key))
    for (let at = 0; going && at < keys.length; at += REPLAYS_AT_ONCE) {
      const answers = await Promise.all(keys.slice(at, at + REPLAYS_AT_ONCE).map((key) => this.#replayDelete(key)))
      going = answers.every(Boolean)
    }
    if (!going) this.#nextReplayAt = this.#context.clock.monotonic() + REPLAY_PAUSE_MS
    this.#replaying = false
  }

  #replayDelete(key: string): Promise<boolean> {
    // A write begun meanwhile settles the key itself.
    return this.#pending.has(key) ? this.delete(key) : Promise.resolve(true)
  }

  #capped(entry: Entry): Entry {
    return capEntry(entry, this.#capMs, this.#context.clock.now())
  }
}
