import type { Clock } from '../clock.ts'
import { type Entry, isEntry } from '../entry.ts'
import type { TierFaultError } from '../errors.ts'
import { isOwnKey } from '../key.ts'
import type { TierCounters } from '../telemetry/counters.ts'
import { type Guard, NO_ANSWER } from '../tiers/guard.ts'
import type { MaybePromise, Tier } from '../tiers/tier.ts'
import { listing } from './listing.ts'
import type { Recovery } from './recovery.ts'
import type { SchemaCheck } from './schema-check.ts'
import { countRead } from './tier-access.ts'

/** What the reads of one tier work on: the parts of the access to that tier. */
export interface GuardedReadSetting {
  readonly tier: Tier
  readonly counters: TierCounters
  readonly guard: Guard
  readonly recovery: Recovery
  readonly clock: Clock
  readonly deadlineMs: number
  readonly fault: (error: TierFaultError) => void
  /** Where values must fit a schema. */
  readonly schemaCheck: SchemaCheck | undefined
}

/** The reads of an asynchronous tier behind its guard: a fault, and a copy that is not to be believed, read as a miss. */
export class GuardedReads {
  readonly #setting: GuardedReadSetting
  /** Nothing is read but the cache's own records. */
  isShut = false

  constructor(setting: GuardedReadSetting) {
    this.#setting = setting
  }

  read(key: string): MaybePromise<Entry | undefined> {
    const { schemaCheck } = this.#setting
    const answer = this.#get(key)
    if (answer === undefined) return undefined
    return this.#counted(schemaCheck === undefined ? answer : fitting(answer, (entry) => schemaCheck.read(key, entry)))
  }

  /** One trip where the tier can. A key that is held back is not asked for. */
  async readMany(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const { tier, recovery } = this.#setting
    if (tier.getMany === undefined || this.isShut || keys.length === 1)
      return Promise.all(keys.map(async (key) => this.read(key)))
    const asked = keys.filter((key) => !recovery.holdsBack(key))
    if (asked.length < keys.length) recovery.replay()
    const found = asked.length === 0 ? [] : await this.#ask(asked)
    let next = 0
    return keys.map((key) => (key === asked[next] ? found[next++] : undefined))
  }

  /** Counted as no read. */
  peek(key: string): MaybePromise<Entry | undefined> {
    const { schemaCheck } = this.#setting
    const answer = this.#get(key)
    if (answer === undefined || schemaCheck === undefined) return answer
    return fitting(answer, (entry) => schemaCheck.peek(key, entry))
  }

  /** Of a record of the cache itself: also while it is shut, and whether there was an answer. */
  async ask(key: string): Promise<Entry | typeof NO_ANSWER | undefined> {
    const { tier, guard, recovery } = this.#setting
    // What was invalidated is not there, whether the tier knows of it or not.
    if (recovery.holdsBack(key)) {
      recovery.replay()
      return undefined
    }
    const answer = await guard.run('get', key, () => tier.get(key))
    return answer === NO_ANSWER ? answer : this.#judged(key, answer)
  }

  /**
   * Not through the guard: a step that the tier has at hand says nothing of how fast it answers, and a listing that fails nothing of its
   * reads. While the breaker is not closed nothing is listed.
   */
  entries(): AsyncIterable<readonly [string, Entry]> | Iterable<readonly [string, Entry]> {
    if (this.#setting.guard.breaker !== 'closed') return []
    return listing({ ...this.#setting, believed: (key, entry) => this.#listed(key, entry) })
  }

  /** What `peek` would give of an entry that the tier tells of. */
  #listed(key: string, entry: Entry): MaybePromise<Entry | undefined> {
    const { recovery, schemaCheck } = this.#setting
    if (this.isShut && !isOwnKey(key)) return undefined
    if (recovery.holdsBack(key)) {
      recovery.replay()
      return undefined
    }
    if (!recovery.unread.believes(key, entry.storedAt)) return undefined
    return schemaCheck === undefined ? entry : schemaCheck.peek(key, entry)
  }

  /** What the tier has, where it is to be believed. */
  #get(key: string): Promise<Entry | undefined> | undefined {
    const { tier, guard, recovery } = this.#setting
    if (this.isShut && !isOwnKey(key)) return undefined
    if (recovery.holdsBack(key)) {
      recovery.replay()
      return undefined
    }
    const answer = guard.run('get', key, () => tier.get(key))
    return answer === NO_ANSWER ? undefined : this.#judged(key, answer)
  }

  async #ask(keys: readonly string[]): Promise<readonly (Entry | undefined)[]> {
    const { tier, counters, guard, recovery, clock, schemaCheck } = this.#setting
    const answer = guard.run('get', keys[0], () => tier.getMany!(keys))
    if (answer === NO_ANSWER) return []
    const entries = await answer
    if (entries !== NO_ANSWER) recovery.replay()
    // A third party's tier may answer anything.
    const isWhole = Array.isArray(entries) && entries.length === keys.length
    const believed = keys.map((key, at) => (isWhole ? this.#believed(key, entries[at]) : undefined))
    const fit = schemaCheck === undefined ? believed : await fittingAll(keys, believed, schemaCheck)
    const now = clock.now()
    for (const entry of fit) countRead(counters, entry, now)
    return fit
  }

  async #judged(key: string, answer: MaybePromise<unknown>): Promise<Entry | undefined> {
    const entry = await answer
    if (entry !== NO_ANSWER) this.#setting.recovery.replay()
    return this.#believed(key, entry)
  }

  #believed(key: string, entry: unknown): Entry | undefined {
    return isEntry(entry) && this.#setting.recovery.unread.believes(key, entry.storedAt) ? entry : undefined
  }

  async #counted(answer: MaybePromise<Entry | undefined>): Promise<Entry | undefined> {
    const entry = await answer
    countRead(this.#setting.counters, entry, this.#setting.clock.now())
    return entry
  }
}

/** The entry that a tier has, as `fit` gives it. */
async function fitting(
  answer: Promise<Entry | undefined>,
  fit: (entry: Entry) => MaybePromise<Entry | undefined>,
): Promise<Entry | undefined> {
  const entry = await answer
  return entry && fit(entry)
}

/** All at once: none waits for another. */
function fittingAll(
  keys: readonly string[],
  entries: readonly (Entry | undefined)[],
  check: SchemaCheck,
): Promise<readonly (Entry | undefined)[]> {
  return Promise.all(entries.map(async (entry, at) => entry && check.read(keys[at]!, entry)))
}
