import type { Entry, TagStamp } from '../../entry.ts'
import { randomId } from '../../random-id.ts'
import type { MaybePromise } from '../../tiers/tier.ts'
import type { OwnedWork } from '../owned-work.ts'
import type { StampSource } from '../stamp-source.ts'
import { type LiveStamp, NO_STAMP } from './live-stamp.ts'
import { LiveStamps } from './live-stamps.ts'
import { type InvalidationMode, stampOf } from './stamp-keys.ts'
import type { StampKeeper } from './stamp-keeper.ts'

const ID_BYTES = 12
/** A stamp lives for twice as long as what it is for, and for no less than this: so it is seldom made. */
const SHORTEST_LIFE_MS = 3_600_000
const NO_STAMPS: readonly TagStamp[] = []

/** An entry cannot be judged before the stamps of its tags are asked for. */
export const UNJUDGED: unique symbol = Symbol('tiered-cache.unjudged')

/** Of which tags the stamps were asked for, and of which there was an answer. */
export interface Learned {
  readonly asked: readonly string[]
  readonly known: ReadonlySet<string>
}

const NOTHING: Learned = { asked: [], known: new Set() }

/** What tiers have answered, by place. */
type Entries = readonly (Entry | undefined)[]

/** What the tags of one cache work on. */
export interface TagSetting {
  /** `undefined` where no tier keeps them: then this node alone knows. */
  readonly keeper: StampKeeper | undefined
  readonly work: OwnedWork
  /** Epoch milliseconds, as entries are stamped. */
  readonly now: () => number
}

/**
 * The tags of one cache. An entry remembers the stamps that its tags had when its load began, and is worth something as long as they
 * still have them: invalidating a tag is one delete, however many entries have it.
 */
export class Tags implements StampSource {
  readonly #setting: TagSetting
  readonly #live = new LiveStamps()

  constructor(setting: TagSetting) {
    this.#setting = setting
  }

  /**
   * The entry as it counts now: stale where a tag of it has expired, `undefined` where one was deleted. One that is as it was has stamps
   * of this node: see {@link LiveStamp}. O(its tags).
   */
  seen(entry: Entry): Entry | typeof UNJUDGED | undefined {
    const { stamps } = entry
    if (this.#areOwn(stamps)) return entry
    let [isUnknown, isExpired] = [false, false]
    for (const stamp of stamps) {
      const live = this.#live.get(stamp.tag)
      if (live === undefined && this.#setting.keeper !== undefined) isUnknown = true
      else if (live === undefined || live.delete !== stamp.delete) return undefined
      else if (live.expire !== stamp.expire) isExpired = true
    }
    if (isUnknown) return UNJUDGED
    // That nothing was found is never served stale.
    if (isExpired) return entry.value === undefined ? undefined : { ...entry, staleAt: 0 }
    return { ...entry, stamps: stamps.map(({ tag }) => this.#live.get(tag) as LiveStamp) }
  }

  /**
   * The same for entries that were read; asks, in one trip, for stamps that are not known, and where they were read in a shared tier
   * (`isAnew`) for all but those that were asked for with them (`learned`): what was known before says nothing of those, so without an
   * answer they are missing. Entries without tags are given back at once.
   */
  settled(entries: Entries, isAnew: boolean, learned: Learned = NOTHING): MaybePromise<Entries> {
    if (!entries.some(isTagged)) return entries
    const asked = new Set<string>()
    for (const entry of entries) {
      if (!isTagged(entry) || !(isAnew || this.seen(entry) === UNJUDGED)) continue
      for (const { tag } of entry.stamps) if (!learned.asked.includes(tag)) asked.add(tag)
    }
    if (asked.size > 0) return this.#learnAndJudge(entries, isAnew, learned, [...asked])
    return this.#judged(entries, isAnew ? learned.known : undefined)
  }

  /** Asks for the stamps of these tags, in one trip. What is known of a tag stays where there is no answer. Never rejects. */
  async learn(tags: readonly string[]): Promise<Learned> {
    const { keeper } = this.#setting
    if (keeper === undefined) return { asked: tags, known: new Set(tags) }
    const known = new Set<string>()
    const before = new Map(tags.map((tag) => [tag, this.#live.get(tag)]))
    await keeper.read(tags, (tag, { deleteId, expireId, until }) => {
      const isWhole = deleteId !== NO_STAMP && expireId !== NO_STAMP
      // What was not there then may have been made meanwhile.
      if (!isWhole && this.#live.get(tag) !== before.get(tag)) return
      this.#live.set(tag, deleteId, expireId, until)
      known.add(tag)
    })
    return { asked: tags, known }
  }

  /** What a tag lacks is made. */
  capture(tags: readonly string[], lifeMs: number): MaybePromise<readonly TagStamp[] | undefined> {
    if (tags.length === 0) return NO_STAMPS
    const live = tags.map((tag) => this.#wholeStamp(tag))
    if (live.includes(undefined)) return this.#captureAnew(tags, lifeMs)
    return live as readonly LiveStamp[]
  }

  keep(stamps: readonly TagStamp[], lifeMs: number): void {
    for (const stamp of stamps) this.#keepAlive(stamp as LiveStamp, lifeMs)
  }

  /** A tag is invalidated, here or by another node: entries that have it are judged anew. O(1). */
  drop(tag: string, mode: InvalidationMode): void {
    const live = this.#live.get(tag)
    const isOwn = this.#setting.keeper === undefined
    if (isOwn && mode === 'expire' && live !== undefined) this.#live.set(tag, live.delete, randomId(ID_BYTES), Infinity)
    else this.#live.drop(tag)
  }

  /** The same for what another node has written, if it is a stamp; whether it was. */
  dropKey(key: string): boolean {
    const stamp = stampOf(key)
    if (stamp !== undefined) this.drop(stamp.tag, stamp.mode)
    return stamp !== undefined
  }

  dropAll(): void {
    this.#live.dropAll()
  }

  close(reason: unknown): void {
    this.#setting.keeper?.close(reason)
  }

  async #learnAndJudge(
    entries: Entries,
    isAnew: boolean,
    learned: Learned,
    asked: readonly string[],
  ): Promise<Entries> {
    const { known } = await this.learn(asked)
    return this.#judged(entries, isAnew ? new Set([...known, ...learned.known]) : undefined)
  }

  /** Whether they are the objects of this node. Those of another cache, which a tier of references may give, tell nothing here. */
  #areOwn(stamps: readonly TagStamp[]): boolean {
    for (const stamp of stamps) if (this.#live.get(stamp.tag) !== stamp) return false
    return true
  }

  /** Where `known` is given, what has other tags is missing. */
  #judged(entries: Entries, known: ReadonlySet<string> | undefined): Entries {
    return entries.map((entry) => {
      if (entry === undefined || (known !== undefined && !entry.stamps.every(({ tag }) => known.has(tag))))
        return undefined
      const seen = this.seen(entry)
      return seen === UNJUDGED ? undefined : seen
    })
  }

  /** Where no tier keeps stamps it is made here. */
  #wholeStamp(tag: string): LiveStamp | undefined {
    const live = this.#live.get(tag)
    if (live?.isWhole === true && live.until > this.#setting.now()) return live
    if (this.#setting.keeper !== undefined) return undefined
    return this.#live.set(tag, randomId(ID_BYTES), randomId(ID_BYTES), Infinity)
  }

  /** Not those that a tag has only since it was invalidated meanwhile: what is to be stored with them is older. */
  async #captureAnew(tags: readonly string[], lifeMs: number): Promise<readonly TagStamp[] | undefined> {
    const held = this.#setting.keeper?.hold(tags)
    try {
      const unknown = tags.filter((tag) => !((this.#live.get(tag)?.until ?? -Infinity) > this.#setting.now()))
      if (unknown.length > 0) await this.learn(unknown)
      const stamps = await Promise.all(tags.map((tag) => this.#whole(tag, lifeMs)))
      return stamps.includes(undefined) || held?.mayStore === false ? undefined : (stamps as readonly LiveStamp[])
    } finally {
      held?.release()
    }
  }

  async #whole(tag: string, lifeMs: number): Promise<LiveStamp | undefined> {
    const live = this.#live.get(tag)
    if (live?.isWhole === true) return live
    const known = {
      deleteId: live?.delete ?? NO_STAMP,
      expireId: live?.expire ?? NO_STAMP,
      until: live?.until ?? Infinity,
    }
    await this.#setting.keeper?.make(tag, known, stampLife(lifeMs), ({ deleteId, expireId, until }) => {
      this.#live.set(tag, deleteId, expireId, until)
    })
    const made = this.#live.get(tag)
    return made?.isWhole === true ? made : undefined
  }

  #keepAlive(stamp: LiveStamp, lifeMs: number): void {
    const { keeper, now, work } = this.#setting
    if (keeper === undefined || stamp.isKeeping || stamp.until >= now() + lifeMs) return
    stamp.isKeeping = true
    work.own(this.#lookAfter(stamp, keeper, lifeMs))
  }

  /** Where the tier does not have it, it is forgotten: to others, what is stored with it from now on would be worth nothing. */
  async #lookAfter(stamp: LiveStamp, keeper: StampKeeper, lifeMs: number): Promise<void> {
    const { now } = this.#setting
    const { known } = await this.learn([stamp.tag])
    if (known.has(stamp.tag) && stamp.isCurrent && stamp.until < now() + lifeMs) {
      await keeper.extend(stamp.tag, stampLife(lifeMs))
      stamp.until = now() + stampLife(lifeMs)
    }
    stamp.isKeeping = false
  }
}

function isTagged(entry: Entry | undefined): entry is Entry {
  return entry !== undefined && entry.stamps.length > 0
}

function stampLife(lifeMs: number): number {
  return Math.max(2 * lifeMs, SHORTEST_LIFE_MS)
}
