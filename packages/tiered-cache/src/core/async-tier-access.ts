import type { Clock } from '../clock.ts'
import { durationMs } from '../duration.ts'
import { capEntry, type Entry, isEntry } from '../entry.ts'
import type { UnstorableValueError } from '../errors.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import { type Guard, NO_ANSWER } from '../tiers/guard.ts'
import type { MaybePromise, Tier } from '../tiers/tier.ts'
import type { OwnedWork } from './owned-work.ts'
import type { StoreTime } from './store-time.ts'
import { Recovery } from './recovery.ts'
import { countRead, type TierAccess } from './tier-access.ts'
import { MAX_UNREAD_KEYS, type UnreadKeys } from './unread-keys.ts'
import { type RunningWrite, WriteLanes } from './write-lanes.ts'

/** Each holds a value: a slow tier may not gather them without bound. */
const MAX_FILLS = 1_000

/** What an access works with. */
export interface AccessContext {
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly deadlineMs: number
  /** A loaded value that this tier cannot keep. */
  unstorable(error: UnstorableValueError): void
}

/** One write to the tier; `storedAt` of the entry that may land, -Infinity for a delete. */
interface Write {
  readonly operation: 'set' | 'delete'
  readonly key: string
  readonly storedAt: number
  readonly run: () => MaybePromise<void>
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
  readonly #recovery: Recovery
  readonly #unread: UnreadKeys
  #fills = 0

  constructor(tier: Tier, counters: TierCounters, guard: Guard, context: AccessContext) {
    this.tier = tier
    this.counters = counters
    this.#guard = guard
    this.#context = context
    this.#capMs = tier.ttl === undefined ? Infinity : durationMs('ttl', tier.ttl)
    this.#lanes = new WriteLanes(context.clock, context.deadlineMs)
    this.#recovery = new Recovery({
      ...context,
      canClear: tier.clear !== undefined,
      sendClear: () => this.#sendClear(),
      settleKey: (key) => this.#settleKey(key),
    })
    this.#unread = this.#recovery.unread
  }

  get condition(): TierCondition {
    const { available, breaker } = this.#guard
    return { available, breaker, pending: this.#recovery.pending }
  }

  read(key: string): MaybePromise<Entry | undefined> {
    const answer = this.#ask(key)
    return answer === undefined ? undefined : this.#counted(answer)
  }

  peek(key: string): MaybePromise<Entry | undefined> {
    return this.#ask(key)
  }

  async fill(key: string, entry: Entry): Promise<void> {
    if (this.#lanes.isBusy(key) || this.#unread.isPending(key) || this.#guard.breaker !== 'closed') return
    if (this.#fills >= MAX_FILLS) {
      this.counters.dropped++
      return
    }
    this.#fills++
    try {
      await this.#lanes.submit(key, () => this.#begin(this.#storing(key, entry), (answer) => isAnswer(answer)))
    } catch (error) {
      this.counters.unstorable++
      this.#context.unstorable(error as UnstorableValueError)
    } finally {
      this.#fills--
    }
  }

  async set(key: string, entry: Entry): Promise<boolean> {
    try {
      return await this.#write(this.#storing(key, entry))
    } catch (error) {
      this.counters.unstorable++
      throw error
    }
  }

  delete(key: string): Promise<boolean> {
    const run = (): MaybePromise<void> => {
      this.counters.deletes++
      return this.tier.delete(key)
    }
    return this.#write({ operation: 'delete', key, storedAt: -Infinity, run })
  }

  clear(): Promise<boolean> {
    return this.#recovery.clear()
  }

  open(): Promise<void> {
    return this.#guard.open()
  }

  close(): Promise<void> {
    return this.#guard.close()
  }

  /** The tier has answered: sends what it missed. */
  replay(): void {
    this.#recovery.replay()
  }

  #ask(key: string): MaybePromise<Entry | undefined> {
    if (this.#unread.isPending(key)) {
      this.#recovery.replay()
      return undefined
    }
    const answer = this.#guard.run('get', key, () => this.tier.get(key))
    return answer === NO_ANSWER ? undefined : this.#judged(key, answer)
  }

  async #judged(key: string, answer: MaybePromise<unknown>): Promise<Entry | undefined> {
    const entry = await answer
    if (entry !== NO_ANSWER) this.#recovery.replay()
    return isEntry(entry) && this.#unread.believes(key, entry.storedAt) ? entry : undefined
  }

  async #counted(answer: MaybePromise<Entry | undefined>): Promise<Entry | undefined> {
    const entry = await answer
    countRead(this.counters, entry, this.#context.clock.now())
    return entry
  }

  #storing(key: string, entry: Entry): Write {
    const run = (): MaybePromise<void> => {
      this.counters.sets++
      return this.tier.set(key, capEntry(entry, this.#capMs, this.#context.clock.now()))
    }
    return { operation: 'set', key, storedAt: entry.storedAt, run }
  }

  /** Whether the tier has acknowledged the user's write; if not, the key is pending. */
  async #write(write: Write): Promise<boolean> {
    const { key } = write
    const turn = this.#unread.nextTurn()
    this.#giveUpHung(key)
    let isNoted = false
    const note = (answer: unknown): boolean => {
      isNoted = true
      return this.#noted(key, turn, isAnswer(answer))
    }
    const acknowledged = await this.#send(write, note)
    // Its turn may not have come within the deadline.
    if (!acknowledged && !isNoted) this.#addPending(key, turn)
    if (acknowledged) this.#recovery.replay()
    return acknowledged
  }

  /** Does not wait for its turn where the breaker would refuse it then. */
  async #send(write: Write, note: (answer: unknown) => boolean): Promise<boolean> {
    if (this.#guard.breaker === 'closed') return this.#lanes.submit(write.key, () => this.#begin(write, note))
    return note(await this.#guard.run(write.operation, write.key, write.run))
  }

  /**
   * The guard answers by the deadline; the tier's own promise may take longer. The write has settled when both have, and the
   * answer is noted: whoever finds the key free finds it noted too.
   */
  #begin({ operation, key, storedAt, run }: Write, note: (answer: unknown) => boolean): RunningWrite {
    let own: Promise<unknown> | undefined
    const answer = this.#guard.run(operation, key, () => {
      const promise = Promise.resolve(run())
      own = promise
      return promise
    })
    const noted = async (): Promise<boolean> => note(await answer)
    const acknowledged = noted()
    return { acknowledged, settled: Promise.allSettled([own, acknowledged]), storedAt }
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
    this.#collapseOverBound()
  }

  #addPending(key: string, turn: number): void {
    this.#unread.add(key, turn)
    this.#collapseOverBound()
  }

  #collapseOverBound(): void {
    if (!this.#unread.isOverBound && this.#lanes.size <= MAX_UNREAD_KEYS) return
    this.#recovery.collapse()
    this.#lanes.giveUpAll()
  }

  async #sendClear(): Promise<boolean> {
    return isAnswer(await this.#guard.run('clear', undefined, () => this.tier.clear?.()))
  }

  /** Sends a delete, but not where a write to the key is under way or waits: that settles the key, or leaves it pending. */
  async #settleKey(key: string): Promise<boolean> {
    this.#giveUpHung(key)
    return !this.#unread.isPending(key) || this.#lanes.isBusy(key) || this.delete(key)
  }
}

function isAnswer(answer: unknown): boolean {
  return answer !== NO_ANSWER
}
