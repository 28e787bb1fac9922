import type { Entry, TagStamp } from '../entry.ts'
import type { Generations } from './generation.ts'
import type { OwnedWork } from './owned-work.ts'
import { type InvalidationMode, stampKey } from './tags/stamp-keys.ts'
import type { Tags } from './tags/tags.ts'
import type { TierAccess } from './tier-access.ts'
import { type Acknowledged, clearEverywhere, deleteEverywhere, dropPrivate, setEverywhere } from './write.ts'

/** What the writes of one cache work on. */
export interface WriteSetting {
  readonly tiers: readonly TierAccess[]
  /** Those that are told of a write. */
  readonly writers: readonly TierAccess[]
  /** Those that are told of an invalidated tag. */
  readonly stampWriters: readonly TierAccess[]
  /** A write of this node begins; the answer is called when it has ended. `undefined` without a bus. */
  readonly writing: (() => () => void) | undefined
  readonly work: OwnedWork
  readonly generations: Generations
  readonly tags: Tags
  /** The key was written: an earlier failure says nothing about it any more. */
  readonly forgetFailures: (key: string) => void
  /** A tag, or all, was written: which loads failed under it nobody knows. */
  readonly forgetAllFailures: () => void
  /** Loads of any key may be void. */
  readonly voided: () => void
}

/** A value that the user gives. */
export interface NewValue {
  /** How long it lives, about. */
  readonly lifeMs: number
  readonly tags: readonly string[]
  readonly skipped: ReadonlySet<TierAccess> | undefined
  readonly entryWith: (stamps: readonly TagStamp[]) => Entry
}

/** The writes of this node and of others: what was begun before one ends is void. */
export class Writes {
  readonly #setting: WriteSetting

  constructor(setting: WriteSetting) {
    this.#setting = setting
  }

  /**
   * Runs `write` such that no read or load begun before its end stores what it got. `isNewest` tells whether no later write to
   * the key has begun.
   */
  async write<T>(key: string, write: (isNewest: () => boolean) => Promise<T>): Promise<T> {
    const { generations, writing, forgetFailures } = this.#setting
    const ended = writing?.()
    const turn = generations.beginWrite(key)
    forgetFailures(key)
    try {
      return await write(() => generations.isNewest(key, turn))
    } finally {
      generations.endWrite(key)
      ended?.()
    }
  }

  /**
   * Stores an entry in every tier. Rejects with UnstorableValueError where a tier cannot keep the value: the key is then in no tier. One that
   * is overtaken while its stamps are asked for stores nothing: the later write stands.
   */
  set(key: string, { lifeMs, tags, skipped, entryWith }: NewValue): Promise<Acknowledged> {
    const { writers, tags: source } = this.#setting
    return this.write(key, async (isNewest) => {
      const captured = source.capture(tags, lifeMs)
      const stamps = captured instanceof Promise ? await captured : captured
      if (!isNewest()) return { reached: true }
      if (stamps === undefined) return deleteEverywhere(writers, key)
      source.keep(stamps, lifeMs)
      try {
        return await setEverywhere(writers, key, entryWith(stamps), skipped)
      } catch (error) {
        if (isNewest()) await deleteEverywhere(writers, key)
        throw error
      }
    })
  }

  delete(key: string): Promise<Acknowledged> {
    return this.write(key, () => deleteEverywhere(this.#setting.writers, key))
  }

  async clear(): Promise<Acknowledged> {
    const { writers, writing, generations, tags } = this.#setting
    const ended = writing?.()
    this.overtakenAll()
    try {
      return await clearEverywhere(writers)
    } finally {
      generations.voidAll()
      tags.dropAll()
      ended?.()
    }
  }

  /** Ends the entries of a tag, or makes them stale: one delete, however many there are. */
  invalidate(tag: string, mode: InvalidationMode): Promise<Acknowledged> {
    const { tags, stampWriters, forgetAllFailures, voided } = this.#setting
    const key = stampKey(tag, mode)
    return this.write(key, async () => {
      tags.drop(tag, mode)
      forgetAllFailures()
      voided()
      try {
        return await deleteEverywhere(stampWriters, key)
      } finally {
        tags.drop(tag, mode)
      }
    })
  }

  /** Another node has written the key: nothing begun before is stored, joined or refreshed. The answer is when private tiers have dropped it. */
  overtaken(key: string): Promise<unknown> {
    const { tiers, work, generations, tags, forgetFailures, forgetAllFailures, voided } = this.#setting
    generations.voidKey(key)
    if (tags.dropKey(key)) {
      forgetAllFailures()
      voided()
    } else forgetFailures(key)
    const dropped = Promise.all(dropPrivate(tiers, key))
    work.own(dropped)
    return dropped
  }

  /** The same for all keys. */
  overtakenAll(): void {
    const { generations, tags, forgetAllFailures, voided } = this.#setting
    generations.voidAll()
    tags.dropAll()
    forgetAllFailures()
    voided()
  }
}
