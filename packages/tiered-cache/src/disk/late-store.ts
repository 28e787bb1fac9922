import { DirectoryGone } from './directory-watch.ts'
import type { DiskTierSettings } from './disk-tier-options.ts'
import type { OwnedDirectory } from './owned-directory.ts'
import type { takeDirectory } from './owner.ts'
import { SegmentStore, type StoreUse } from './segment-store.ts'
import type { Write } from './write-queue.ts'

/** How a directory is taken: see `takeDirectory`. */
export type TakeDirectory = typeof takeDirectory

const RETRY_AFTER_MS = 1_000
/** Keys that are refused before there is a store. Of more than these the disk's whole content is given up. */
const MOST_REFUSED = 10_000

/**
 * The store of a tier, which comes late: it is opened when it is first asked for, tried again after a second where that fails, and opened
 * in a new directory where its own is gone. What is refused or cleared before it is open does not come back with it.
 */
export class LateStore {
  readonly #settings: Pick<DiskTierSettings, 'directory' | 'whenOwned' | 'bounds'>
  readonly #take: TakeDirectory
  readonly #use: StoreUse
  readonly #refused = new Set<string>()
  #store: SegmentStore | undefined
  #owned: OwnedDirectory | undefined
  #opening: Promise<SegmentStore> | undefined
  #recovered: Promise<void> | undefined
  /** What an earlier owner left is not for this one: it had a directory, and lost it. */
  #hasWritten = false
  /** What the disk has is not to come back. */
  #isVoid = false

  constructor(
    settings: Pick<DiskTierSettings, 'directory' | 'whenOwned' | 'bounds'>,
    take: TakeDirectory,
    use: StoreUse,
  ) {
    this.#settings = settings
    this.#take = take
    this.#use = use
  }

  /** Where it is open. */
  get current(): SegmentStore | undefined {
    return this.#store
  }

  /** Resolves when the store that was opened last knows all that is older. */
  get recovered(): Promise<void> | undefined {
    return this.#recovered
  }

  opened(): Promise<SegmentStore> {
    if (this.#opening !== undefined) return this.#opening
    const opening = this.#open()
    this.#opening = opening
    opening.catch(() => {
      // Whoever asks after a while tries again.
      setTimeout(() => {
        this.#opening = undefined
      }, RETRY_AFTER_MS).unref()
    })
    return opening
  }

  /** These writes failed: what the disk has of their keys must not come back. */
  refuse(group: readonly Write[]): void {
    if (this.#store !== undefined) return this.#store.refuse(group)
    for (const { key } of group) this.#refused.add(key)
    if (this.#refused.size > MOST_REFUSED) this.forgetAll()
  }

  /** From now on everything is a miss, until it is written. */
  forgetAll(): void {
    this.#isVoid = true
    this.#refused.clear()
    this.#store?.forgetAll()
  }

  /** Where an error says that the directory is gone, the next operation takes a new one: what was in it is lost. */
  async leaveIfGone(error: unknown): Promise<boolean> {
    if (!(error instanceof DirectoryGone)) return false
    this.#store?.abandon()
    const owned = this.#owned
    this.#store = undefined
    this.#owned = undefined
    this.#opening = undefined
    this.#isVoid = false
    this.#hasWritten = true
    await owned?.release()
    return true
  }

  /** Nothing may be under way. Rejects where the log was not closed as it is to be. */
  async close(): Promise<void> {
    await this.#opening?.catch(() => {})
    try {
      await this.#store?.close()
    } finally {
      await this.#owned?.release()
    }
  }

  async #open(): Promise<SegmentStore> {
    const { directory, whenOwned, bounds } = this.#settings
    const owned = await this.#take(directory, { whenOwned, isDurable: bounds.isDurable, isNew: this.#hasWritten })
    try {
      const store = await SegmentStore.open(owned, this.#use)
      this.#owned = owned
      this.#store = store
      this.#begin(store)
      return store
    } catch (error) {
      await owned.release()
      throw error
    }
  }

  #begin(store: SegmentStore): void {
    for (const key of this.#refused) store.owe(key)
    this.#refused.clear()
    if (this.#isVoid) store.forgetAll()
    this.#recovered = store.recover()
  }
}
