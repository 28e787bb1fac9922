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
import { countRead, type TierAccess } from './tier-access.ts'
import { MAX_UNREAD_KEYS, UnreadKeys } from './unread-keys.ts'
import { type RunningWrite, WriteLanes } from './write-lanes.ts'

const REPLAY_PAUSE_MS = 1_000
const REPLAYS_AT_ONCE = 32
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
  readonly #unread = new UnreadKeys()
  #fills = 0
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
    return { available, breaker, pending: this.#unread.pending + (this.#clearPending ? 1 : 0) }
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
    if (this.#replaying || (this.#unread.pending === 0 && !this.#clearPending)) return
    if (this.#context.clock.monotonic() < this.#nextReplayAt) return
    this.#replaying = true
    this.#context.work.own(this.#replayRound())
  }

  #ask(key: string): MaybePromise<Entry | undefined> {
    if (this.#unread.isPending(key)) {
      this.replay()
      return undefined
    }
    const answer = this.#guard.run('get', key, () => this.tier.get(key))
    return answer === NO_ANSWER ? undefined : this.#judged(key, answer)
  }

  async #judged(key: string, answer: MaybePromise<unknown>): Promise<Entry | undefined> {
    const entry = await answer
    if (entry !== NO_ANSWER) this.replay()
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
    if (acknowledged) this.replay()
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
    if (storedAt !== undefined) this.#unread.distrust(key, storedAt)
  }

  #addPending(key: string, turn: number): void {
    this.#unread.add(key, turn)
    if (!this.#unread.isOverBound && this.#lanes.size <= MAX_UNREAD_KEYS) return
    this.#forgetAll()
    this.#lanes.giveUpAll()
    this.#clearPending = this.tier.clear !== undefined
  }

  /** From now on nothing stored so far is read. */
  #forgetAll(): void {
    this.#unread.distrustAll(this.#context.storeTime.mark())
  }

  async #sendClear(): Promise<boolean> {
    if (this.tier.clear === undefined) return false
    const answer = await this.#guard.run('clear', undefined, () => this.tier.clear?.())
    this.#clearPending = answer === NO_ANSWER
    return !this.#clearPending
  }

  async #replayRound(): Promise<void> {
    try {
      let going = !this.#clearPending || (await this.#sendClear())
      const keys = this.#unread.pendingKeys()
      for (let at = 0; going && at < keys.length; at += REPLAYS_AT_ONCE) {
        const answers = await Promise.all(keys.slice(at, at + REPLAYS_AT_ONCE).map((key) => this.#replayDelete(key)))
        going = answers.every(Boolean)
      }
      if (!going) this.#nextReplayAt = this.#context.clock.monotonic() + REPLAY_PAUSE_MS
    } finally {
      this.#replaying = false
    }
  }

  /** Not where a write to the key is under way or waits: it settles the key itself, or leaves it to the next round. */
  async #replayDelete(key: string): Promise<boolean> {
    this.#giveUpHung(key)
    return !this.#unread.isPending(key) || this.#lanes.isBusy(key) || this.delete(key)
  }
}

function isAnswer(answer: unknown): boolean {
  return answer !== NO_ANSWER
}
