import type { Entry } from '../entry.ts'
import type { UnstorableValueError } from '../errors.ts'
import { isOwnKey } from '../key.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import { type Guard, NO_ANSWER } from '../tiers/guard.ts'
import type { DeleteCause, MaybePromise, Tier } from '../tiers/tier.ts'
import type { Clock } from '../clock.ts'
import type { LeaseAccess } from './lease-access.ts'
import { prepared } from './prepared.ts'
import type { Publishing } from './publishing.ts'
import type { RecentWrites } from './recent-writes.ts'
import type { Recovery } from './recovery.ts'
import { MAX_UNREAD_KEYS, type UnreadKeys } from './unread-keys.ts'
import { type IsGivenUp, type RunningWrite, WriteLanes } from './write-lanes.ts'

/** Each holds a value: a slow tier may not gather them without bound. Own records are small, and as many as there are loads. */
const MAX_FILLS = 1_000

/** What the writes of one tier work on: the parts of the access to that tier. */
export interface GuardedWriteSetting {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly guard: Guard
  readonly recovery: Recovery
  readonly publishing: Publishing
  /** Where other nodes are told of writes: those that may have to be sent again. */
  readonly recent: RecentWrites | undefined
  readonly leases: LeaseAccess | undefined
  readonly clock: Clock
  readonly deadlineMs: number
  /** The entry as this tier is given it. */
  readonly capped: (key: string, entry: Entry) => Entry
  /** A loaded value that this tier cannot keep. */
  readonly unstorable: (error: UnstorableValueError) => void
  /** Something is pending: it is to be sent again later. */
  readonly missed: () => void
}

/** One write to the tier, with the entry that may land. */
interface Write {
  readonly operation: 'set' | 'delete'
  readonly key: string
  readonly entry: Entry | undefined
  readonly run: () => MaybePromise<void>
}

/** Takes what the tier answered, and says whether it has acknowledged the write. */
type Note = (answer: unknown) => boolean

/**
 * The writes to an asynchronous tier behind its guard. Writes to one key go in order. A write that the tier did not
 * acknowledge leaves the key pending: its copy is not read until a delete, sent again once the tier answers, has been
 * acknowledged. Values are never sent again, since another node may have written a newer one.
 */
export class GuardedWrites {
  readonly #setting: GuardedWriteSetting
  readonly #unread: UnreadKeys
  readonly #lanes: WriteLanes
  #fills = 0
  #isSureOfPast = true

  constructor(setting: GuardedWriteSetting) {
    this.#setting = setting
    this.#unread = setting.recovery.unread
    this.#lanes = new WriteLanes(setting.clock, setting.deadlineMs)
  }

  /** False where a private tier may still get what was given up. */
  get isSureOfPast(): boolean {
    return this.#isSureOfPast
  }

  async fill(key: string, entry: Entry): Promise<void> {
    const { guard, recovery, counters, capped, unstorable } = this.#setting
    if (this.#lanes.isBusy(key) || recovery.holdsBack(key) || guard.breaker !== 'closed') return
    if (this.#fills >= MAX_FILLS && !isOwnKey(key)) {
      counters.dropped++
      return
    }
    this.#fills++
    try {
      const own = capped(key, entry)
      const write: Write = { operation: 'set', key, entry: own, run: () => this.#store(key, own) }
      await this.#lanes.submit(key, (isGivenUp) => this.#begin(write, isAnswer, isGivenUp))
    } catch (error) {
      counters.unstorable++
      unstorable(error as UnstorableValueError)
    } finally {
      this.#fills--
    }
  }

  async set(key: string, entry: Entry): Promise<boolean> {
    const { leases, counters, capped } = this.#setting
    let isGivenUp = false
    const own = capped(key, entry)
    const run = (): MaybePromise<void> => leases?.store(key, own, () => isGivenUp) ?? this.#store(key, own)
    try {
      const acknowledged = await this.#write({ operation: 'set', key, entry: own, run })
      isGivenUp = !acknowledged
      return acknowledged
    } catch (error) {
      counters.unstorable++
      throw error
    }
  }

  delete(key: string, cause?: DeleteCause): Promise<boolean> {
    const { tier, counters } = this.#setting
    // Who asks from now on is not to see what another node has made old.
    if (cause === 'invalidated') this.addPending(key)
    const run = (): MaybePromise<void> => {
      counters.deletes++
      return tier.delete(key, cause)
    }
    return this.#write({ operation: 'delete', key, entry: undefined, run })
  }

  /** Deletes what is being written: it may land at any time. */
  deleteUnderWay(): readonly Promise<boolean>[] {
    return [...this.#lanes.keys()].map((key) => this.delete(key, 'invalidated'))
  }

  /** The tier cannot clear itself: what it holds from before is only not read. */
  cannotClear(): void {
    this.#isSureOfPast = false
  }

  /** The key is not read until a delete has been acknowledged. */
  addPending(key: string, turn: number = this.#unread.nextTurn()): void {
    this.#unread.add(key, turn)
    this.#collapseOverBound()
    this.#setting.missed()
  }

  /** Sends a delete, but not where a write to the key is under way or waits: that settles the key, or leaves it pending. */
  async settle(key: string): Promise<boolean> {
    this.#giveUpHung(key)
    if (!this.#unread.isPending(key) || this.#lanes.isBusy(key)) return true
    await this.delete(key)
    return !this.#unread.isPending(key)
  }

  #store(key: string, entry: Entry): MaybePromise<void> {
    this.#setting.counters.sets++
    return this.#setting.tier.set(key, entry)
  }

  /** Whether the tier has acknowledged the user's write, and the bus has; if the tier has not, the key is pending. */
  async #write(write: Write): Promise<boolean> {
    const { key } = write
    const { publishing, recent, recovery } = this.#setting
    const turn = this.#unread.nextTurn()
    this.#giveUpHung(key)
    let isNoted = false
    const note: Note = (answer) => {
      isNoted = true
      if (!this.#noted(key, turn, isAnswer(answer))) return false
      recent?.add(key)
      return true
    }
    // The tier first, then the other nodes: who hears of a write finds it done.
    const tell = async (noted: Promise<boolean>): Promise<boolean> => (await noted) && publishing.tell(key)
    const acknowledged = await this.#send(write, note, tell)
    // Its turn may not have come within the deadline.
    if (!acknowledged && !isNoted) this.addPending(key, turn)
    if (acknowledged) recovery.replay()
    return acknowledged
  }

  /** Does not wait for its turn where the breaker would refuse it then. */
  async #send(write: Write, note: Note, tell: (noted: Promise<boolean>) => Promise<boolean>): Promise<boolean> {
    const { guard } = this.#setting
    if (guard.breaker !== 'closed') return note(await guard.run(write.operation, write.key, write.run))
    return this.#lanes.submit(write.key, (isGivenUp) => {
      const running = this.#begin(write, note, isGivenUp)
      // The key is free when the tier is done: a bus that is silent holds up nobody's next write.
      return { ...running, acknowledged: tell(running.acknowledged) }
    })
  }

  /**
   * The guard answers by the deadline; the tier's own promise may take longer. The write has settled when both have, and the
   * answer is noted: whoever finds the key free finds it noted too. What was given up while it was prepared is not sent.
   */
  #begin({ operation, key, entry, run }: Write, note: Note, isGivenUp: IsGivenUp): RunningWrite {
    const { tier, guard } = this.#setting
    let own: Promise<unknown> | undefined
    const work = (): Promise<void> => {
      const promise = Promise.resolve(run())
      own = promise
      return promise
    }
    const guarded = (bytes: number): MaybePromise<unknown> => {
      return isGivenUp() ? NO_ANSWER : guard.run(operation, key, work, bytes)
    }
    const bytes = entry === undefined ? 0 : prepared(tier, key, entry)
    const answer = bytes instanceof Promise ? bytes.then(guarded) : guarded(bytes)
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
    else this.addPending(key, turn)
    return acknowledged
  }

  /** A write that was given up may land later: what it stored is not believed then. */
  #giveUpHung(key: string): void {
    const storedAt = this.#lanes.giveUpHung(key)
    if (storedAt === undefined) return
    this.#unread.distrust(key, storedAt)
    if (!this.#setting.tier.shared) this.#isSureOfPast = false
    this.#collapseOverBound()
  }

  #collapseOverBound(): void {
    if (!this.#unread.isOverBound && this.#lanes.size <= MAX_UNREAD_KEYS) return
    this.#setting.recovery.collapse()
    this.#lanes.giveUpAll()
    if (!this.#setting.tier.shared) this.#isSureOfPast = false
  }
}

function isAnswer(answer: unknown): boolean {
  return answer !== NO_ANSWER
}
