import type { Clock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { durationMs } from '../duration.ts'
import { capEntry, type Entry, isEntry } from '../entry.ts'
import type { UnstorableValueError } from '../errors.ts'
import { isOwnKey, ownKey } from '../key.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import type { TierCondition } from '../telemetry/stats.ts'
import { type Guard, NO_ANSWER } from '../tiers/guard.ts'
import type { DeleteCause, LeaseAuthority, LeaseGrant, MaybePromise, Tier } from '../tiers/tier.ts'
import { newToken } from './lease-token.ts'
import type { OwnedWork } from './owned-work.ts'
import type { StoreTime } from './store-time.ts'
import { Recovery } from './recovery.ts'
import { countRead, type LeasedAccess, type TierAccess } from './tier-access.ts'
import { MAX_UNREAD_KEYS, type UnreadKeys } from './unread-keys.ts'
import { type RunningWrite, WriteLanes } from './write-lanes.ts'

/** Each holds a value: a slow tier may not gather them without bound. */
const MAX_FILLS = 1_000
const REPLAY_EVERY_MS = 1_000
const PUBLISH_PAUSE_MS = 900
const PROBED_KEY = ownKey('probe')

/** What an access works with. */
export interface AccessContext {
  readonly clock: Clock
  readonly storeTime: StoreTime
  readonly work: OwnedWork
  readonly deadlineMs: number
  /** A loaded value that this tier cannot keep. */
  unstorable(error: UnstorableValueError): void
  /** Tells the other nodes of a write that the tier has acknowledged; the write counts as acknowledged when this has resolved. */
  readonly publish?: ((key: string) => Promise<void>) | undefined
  /** Another node has written the key since the value was staked: no other tier of this node is to keep it. */
  overtaken(key: string): void
}

/** One write to the tier; `storedAt` of the entry that may land, -Infinity for a delete. */
interface Write {
  readonly operation: 'set' | 'delete'
  readonly key: string
  readonly storedAt: number
  readonly run: () => MaybePromise<void>
}

/** Takes what the tier answered, and says whether the write is acknowledged. */
type Note = (answer: unknown) => MaybePromise<boolean>

/**
 * Access to an asynchronous tier behind its guard. Writes to one key go in order. A write that the tier did not
 * acknowledge leaves the key pending: its copy is not read until a delete, sent again once the tier answers, has been
 * acknowledged. Values are never sent again, since another node may have written a newer one.
 */
export class AsyncTierAccess implements TierAccess, LeasedAccess {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly takesBackfill: boolean
  readonly #guard: Guard
  readonly #context: AccessContext
  readonly #capMs: number
  readonly #lanes: WriteLanes
  readonly #recovery: Recovery
  readonly #unread: UnreadKeys
  #fills = 0
  #isShut = false
  #isSureOfPast = true
  #cancelReplay: (() => void) | undefined
  #isClosed = false
  #noPublishBefore = -Infinity

  constructor(tier: Tier, counters: TierCounters, guard: Guard, context: AccessContext) {
    this.tier = tier
    this.counters = counters
    this.#guard = guard
    this.#context = context
    this.takesBackfill = context.publish === undefined
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

  get isSettled(): boolean {
    return this.#recovery.pending === 0 && this.#isSureOfPast
  }

  read(key: string): MaybePromise<Entry | undefined> {
    const answer = this.#ask(key)
    return answer === undefined ? undefined : this.#counted(answer)
  }

  async readMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const { tier, counters } = this
    if (tier.getMany === undefined || this.#isShut || keys.length === 1)
      return Promise.all(keys.map(async (key) => this.read(key)))
    const isHeldBack = keys.some((key) => this.#recovery.holdsBack(key))
    const asked = isHeldBack ? keys.filter((key) => !this.#recovery.holdsBack(key)) : keys
    if (isHeldBack) this.#recovery.replay()
    if (asked.length === 0) return new Array(keys.length).fill(undefined)
    const answers = await this.#guard.run('get', asked[0], () => tier.getMany!(asked))
    if (!Array.isArray(answers) || answers.length !== asked.length) return new Array(keys.length).fill(undefined)
    this.#recovery.replay()
    const now = this.#context.clock.now()
    const found = asked.map((key, at) => {
      const entry = this.#believed(key, answers[at])
      countRead(counters, entry, now)
      return entry
    })
    return isHeldBack ? inOrder(keys, asked, found) : found
  }

  peek(key: string): MaybePromise<Entry | undefined> {
    return this.#ask(key)
  }

  async fill(key: string, entry: Entry): Promise<void> {
    if (this.#isShut || this.#lanes.isBusy(key) || this.#recovery.holdsBack(key) || this.#guard.breaker !== 'closed')
      return
    if (this.#fills >= MAX_FILLS) {
      this.counters.dropped++
      return
    }
    this.#fills++
    try {
      const write: Write = { operation: 'set', key, storedAt: entry.storedAt, run: () => this.#store(key, entry) }
      await this.#lanes.submit(key, () => this.#begin(write, (answer) => isAnswer(answer)))
    } catch (error) {
      this.counters.unstorable++
      this.#context.unstorable(error as UnstorableValueError)
    } finally {
      this.#fills--
    }
  }

  async set(key: string, entry: Entry): Promise<boolean> {
    const { lease } = this.tier
    let isGivenUp = false
    const run = (): MaybePromise<void> =>
      lease === undefined ? this.#store(key, entry) : this.#storeStaked(lease, key, entry, () => isGivenUp)
    try {
      const acknowledged = await this.#write({ operation: 'set', key, storedAt: entry.storedAt, run })
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
    return this.#write({ operation: 'delete', key, storedAt: -Infinity, run })
  }

  async clear(): Promise<boolean> {
    const cleared = this.#recovery.clear()
    // What is being written may land after it.
    const late = this.tier.shared ? [] : [...this.#lanes.keys()].map((key) => this.delete(key, 'invalidated'))
    const answers = await Promise.all([cleared, ...late])
    if (this.tier.clear === undefined) this.#isSureOfPast = false
    return answers.every(Boolean)
  }

  get leaseMs(): number {
    return this.tier.lease?.durationMs ?? 0
  }

  async acquire(key: string, token: string, seen: Entry | undefined): Promise<LeaseGrant | undefined> {
    if (this.#recovery.holdsBack(key)) return undefined
    const grant = await this.#guard.run('acquire', key, () => this.tier.lease!.acquire(key, token, seen))
    if (grant === NO_ANSWER) return undefined
    if (grant.state !== 'present') return grant
    const { entry } = grant
    if (!isEntry(entry) || !this.#unread.believes(key, entry.storedAt)) return undefined
    countRead(this.counters, entry, this.#context.clock.now())
    return grant
  }

  async renew(key: string, token: string): Promise<boolean> {
    return (await this.#guard.run('renew', key, () => this.tier.lease!.renew(key, token))) === true
  }

  async fillLeased(key: string, token: string, entry: Entry): Promise<boolean | undefined> {
    try {
      const filled = await this.#guard.run('set', key, () => {
        this.counters.sets++
        return this.tier.lease!.fill(key, token, this.#capped(entry))
      })
      return filled === NO_ANSWER ? undefined : filled
    } catch (error) {
      this.counters.unstorable++
      throw error
    }
  }

  async release(key: string, token: string): Promise<void> {
    await this.#guard.run('release', key, () => this.tier.lease!.release(key, token))
  }

  shut(isShut: boolean): void {
    this.#isShut = isShut
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
  }

  #ask(key: string): MaybePromise<Entry | undefined> {
    if (this.#isShut && !isOwnKey(key)) return undefined
    if (this.#recovery.holdsBack(key)) {
      this.#recovery.replay()
      return undefined
    }
    const answer = this.#guard.run('get', key, () => this.tier.get(key))
    return answer === NO_ANSWER ? undefined : this.#judged(key, answer)
  }

  async #judged(key: string, answer: MaybePromise<unknown>): Promise<Entry | undefined> {
    const entry = await answer
    if (entry !== NO_ANSWER) this.#recovery.replay()
    return this.#believed(key, entry)
  }

  #believed(key: string, entry: unknown): Entry | undefined {
    return isEntry(entry) && this.#unread.believes(key, entry.storedAt) ? entry : undefined
  }

  async #counted(answer: MaybePromise<Entry | undefined>): Promise<Entry | undefined> {
    const entry = await answer
    countRead(this.counters, entry, this.#context.clock.now())
    return entry
  }

  #store(key: string, entry: Entry): MaybePromise<void> {
    this.counters.sets++
    return this.tier.set(key, this.#capped(entry))
  }

  /** Where another has written meanwhile, that one stands: what it left is deleted, since it may have failed half-way. */
  async #storeStaked(lease: LeaseAuthority, key: string, entry: Entry, isGivenUp: () => boolean): Promise<void> {
    const token = newToken()
    await lease.stake(key, token)
    // Others may have written since the caller was answered, and this stake may have come after.
    if (isGivenUp()) throw new Error('the write was given up before it was done')
    this.counters.sets++
    if (await lease.fill(key, token, this.#capped(entry))) return
    await this.tier.delete(key)
    this.#context.overtaken(key)
  }

  #capped(entry: Entry): Entry {
    return capEntry(entry, this.#capMs, this.#context.clock.now())
  }

  /** The tier first, then the other nodes: who hears of a write finds it done. That they were not told is no fault of the tier. */
  async #isPublished(key: string): Promise<boolean> {
    const { publish, clock, deadlineMs } = this.#context
    if (publish === undefined) return true
    if (clock.monotonic() < this.#noPublishBefore) return false
    try {
      await withinDeadline(() => publish(key), deadlineMs, clock)
      return true
    } catch {
      // One writer at a time waits for a bus that does not answer.
      this.#noPublishBefore = clock.monotonic() + PUBLISH_PAUSE_MS
      return false
    }
  }

  /** Whether the tier has acknowledged the user's write; if not, the key is pending. */
  async #write(write: Write): Promise<boolean> {
    const { key } = write
    const turn = this.#unread.nextTurn()
    this.#giveUpHung(key)
    let isNoted = false
    const note = async (answer: unknown): Promise<boolean> => {
      const isTold = isAnswer(answer) && (await this.#isPublished(key))
      isNoted = true
      return this.#noted(key, turn, isTold)
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
  #begin({ operation, key, storedAt, run }: Write, note: Note): RunningWrite {
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
      if (this.#guard.breaker === 'closed') this.#recovery.replay()
      // As the probe of the breaker: what it lets through again is replayed then.
      else void this.#guard.run('get', PROBED_KEY, () => this.tier.get(PROBED_KEY))
      if (this.#recovery.pending > 0) this.#replayLater()
    }, REPLAY_EVERY_MS)
  }

  #collapseOverBound(): void {
    if (!this.#unread.isOverBound && this.#lanes.size <= MAX_UNREAD_KEYS) return
    this.#recovery.collapse()
    this.#lanes.giveUpAll()
    if (!this.tier.shared) this.#isSureOfPast = false
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

/** What was found, by the keys that were asked for; `undefined` for the others. */
function inOrder(
  keys: readonly string[],
  asked: readonly string[],
  found: readonly (Entry | undefined)[],
): readonly (Entry | undefined)[] {
  const byKey = new Map(asked.map((key, at) => [key, found[at]]))
  return keys.map((key) => byKey.get(key))
}
