import { systemClock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { type Duration, durationMs } from '../duration.ts'
import type { Entry } from '../entry.ts'
import type { MaybePromise, Off, Tier, TierMeasure } from '../tiers/tier.ts'
import { DiskRecords } from './disk-records.ts'
import { type DiskTierOptions, type DiskTierSettings, resolveDiskTierOptions } from './disk-tier-options.ts'
import { FRAME_BYTES, bind } from './frame.ts'
import type { OwnedDirectory } from './owned-directory.ts'
import { takeDirectory } from './owner.ts'
import { DirectoryGone, SegmentStore } from './segment-store.ts'
import { WriteFault } from './write-fault.ts'
import { type Write, WriteQueue } from './write-queue.ts'

/** How a directory is taken: see `takeDirectory`. */
export type TakeDirectory = typeof takeDirectory

const RETRY_AFTER_MS = 1_000
const PAUSE_AFTER_FAULT_MS = 100

/**
 * A tier on the local disk that survives restarts and `kill -9`: an append-only log of segments with an index in memory (38 bytes an
 * entry at most). A miss costs no I/O; a hit of up to 64 KiB is one read where the loop stands, as long as reads have taken less than a
 * millisecond of its turn. The writes of one turn are one write to the disk. Bounded: the oldest segment leaves whole, and what of it
 * was read since it was written gets a second chance.
 *
 * Records are checked as they are read: what is damaged, foreign or of another version is a miss, never an error and never the value of
 * another key. A directory that is removed or replaced while it is in use is found out within 100 ms of the next writes, or a segment,
 * by a write that is then refused: what was there is lost, and a new one is taken. A set or delete that the disk refused is followed by
 * a tombstone with the next write that it takes, or at close, so that the older copy does not come back at a start; only a process that
 * is killed before that may find it again.
 *
 * A directory has one owner; another process gets a directory of its own inside it, so nothing is shared.
 * @throws TypeError or RangeError naming the option and the value
 */
export function diskTier(options: DiskTierOptions): Tier & { readonly shared: false; readonly sync: false } {
  return new DiskTier(resolveDiskTierOptions(options))
}

/** The tier of {@link diskTier}, over any way to take a directory. */
export class DiskTier implements Tier {
  readonly name: string
  readonly shared = false
  readonly sync = false
  readonly deadline: Duration
  readonly ttl: Duration | undefined
  readonly #settings: DiskTierSettings
  readonly #take: TakeDirectory
  readonly #records: DiskRecords
  readonly #queue: WriteQueue
  readonly #warned = new Set<(message: string) => void>()
  #store: SegmentStore | undefined
  /** What an earlier owner left is not for this one: it had a directory, and lost it. */
  #hasWritten = false
  /** It was cleared before it was open. */
  #isVoid = false
  #owned: OwnedDirectory | undefined
  #opening: Promise<SegmentStore> | undefined
  #recovered: Promise<void> | undefined
  #refusal: WriteFault | undefined
  #refusingUntil = -Infinity
  #closing: Promise<void> | undefined

  constructor(settings: DiskTierSettings, take: TakeDirectory = takeDirectory) {
    this.name = settings.name
    this.ttl = settings.ttl
    this.deadline = settings.deadline
    this.#settings = settings
    this.#take = take
    this.#records = new DiskRecords(settings.format, settings.maxRecordBytes)
    this.#queue = new WriteQueue((group) => this.#append(group))
  }

  /**
   * Takes the directory and reads the index. Meanwhile reads of what is not yet known are misses, and writes are taken; it does not
   * wait for longer than half a deadline.
   */
  async open(): Promise<void> {
    const store = await this.#opened()
    const withinMs = durationMs('deadline', this.deadline) / 2
    // It goes on after that; how it ends is told elsewhere.
    await withinDeadline(() => this.#recovered, withinMs, systemClock).catch(() => {})
    for (const loss of store.losses) for (const listener of this.#warned) listener(loss)
  }

  get(key: string): MaybePromise<Entry | undefined> {
    const write = this.#queue.latest(key)
    if (write !== undefined) return this.#underWay(write)
    if (this.#closing !== undefined) return undefined
    if (this.#store !== undefined) return this.#store.get(key)
    // It failed to open, or nobody asked it to.
    void this.#opened().catch(() => {})
    return undefined
  }

  /** Rejects with UnstorableValueError: what was there stays. After any other fault the key is a miss. */
  set(key: string, entry: Entry): Promise<void> {
    try {
      this.#assertOpen()
      const record = this.#records.encode(key, entry)
      if (!(record instanceof Promise)) return this.#queue.add(this.#begin(key, record, entry.expiresAt))
      return this.#setLater(this.#begin(key, undefined, entry.expiresAt), record)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  delete(key: string): Promise<void> {
    try {
      this.#assertOpen()
      return this.#queue.add(this.#begin(key, Buffer.allocUnsafe(FRAME_BYTES), -Infinity))
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async clear(): Promise<void> {
    this.#assertOpen()
    this.#queue.forgetAll()
    this.#isVoid = true
    this.#store?.forgetAll()
    await this.#queue.exclusive(async () => {
      const store = await this.#opened()
      await store.clear()
    })
  }

  /** Makes the record of an entry ahead of the `set` that is to follow, and gives its length. @throws UnstorableValueError */
  prepare(key: string, entry: Entry): MaybePromise<number> {
    return this.#records.prepare(key, entry)
  }

  /** A write that the disk did not take: it is full, or read-only. Reads go on. */
  isRefusal(error: unknown): boolean {
    return error instanceof WriteFault
  }

  measure(): TierMeasure {
    const { maxBytes } = this.#settings.bounds
    const { entries = 0, bytes = 0 } = this.#store ?? {}
    return { entries, maxEntries: Infinity, weight: bytes, maxWeight: maxBytes }
  }

  onWarning(listener: (message: string) => void): Off {
    this.#warned.add(listener)
    return () => this.#warned.delete(listener)
  }

  /** Waits for the writes under way, seals the log and frees the directory. A fault of the disk is a warning, never a rejection. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error(`the disk tier "${this.name}" is closed`)
  }

  #begin(key: string, record: Buffer | undefined, expiresAt: number): Write {
    this.#store?.forget(key)
    return this.#queue.begin(key, record, expiresAt)
  }

  async #setLater(write: Write, record: Promise<Buffer>): Promise<void> {
    try {
      write.record = await record
    } catch (error) {
      this.#queue.abandon(write)
      throw error
    }
    await this.#queue.add(write)
  }

  /** The entry of a write that is not yet done. */
  #underWay({ key, record, frame }: Write): Entry | undefined {
    if (record === undefined || record.length === FRAME_BYTES) return undefined
    const body = record.subarray(FRAME_BYTES)
    if (frame === undefined || frame.seed === 0) return this.#records.decode(key, body)
    const copy = Buffer.from(body)
    bind(copy, 0, frame.seed)
    return this.#records.decode(key, copy)
  }

  async #append(group: readonly Write[]): Promise<void> {
    const store = await this.#opened()
    if (performance.now() < this.#refusingUntil) {
      store.refuse(group)
      throw this.#refusal as WriteFault
    }
    try {
      await store.append(group)
    } catch (error) {
      store.refuse(group)
      if (error instanceof DirectoryGone) {
        await this.#leave(store)
        throw new WriteFault(error)
      }
      this.#refusal = new WriteFault(error)
      this.#refusingUntil = performance.now() + PAUSE_AFTER_FAULT_MS
      throw this.#refusal
    }
  }

  /** The next operation takes a new directory. What was in this one is lost. */
  async #leave(store: SegmentStore): Promise<void> {
    store.abandon()
    const owned = this.#owned
    this.#store = undefined
    this.#owned = undefined
    this.#opening = undefined
    this.#isVoid = false
    this.#hasWritten = true
    await owned?.release()
  }

  #opened(): Promise<SegmentStore> {
    if (this.#opening !== undefined) return this.#opening
    const opening = this.#openStore()
    this.#opening = opening
    opening.catch(() => {
      // Whoever asks after a while tries again.
      setTimeout(() => {
        this.#opening = undefined
      }, RETRY_AFTER_MS).unref()
    })
    return opening
  }

  async #openStore(): Promise<SegmentStore> {
    const { directory, whenOwned, bounds } = this.#settings
    const owned = await this.#take(directory, { whenOwned, isNew: this.#hasWritten })
    try {
      const store = await SegmentStore.open(owned, bounds, this.#records, this.#queue)
      this.#owned = owned
      this.#store = store
      if (this.#isVoid) store.forgetAll()
      this.#recovered = store.recover()
      return store
    } catch (error) {
      await owned.release()
      throw error
    }
  }

  async #end(): Promise<void> {
    await this.#opening?.catch(() => {})
    await this.#queue.idle()
    try {
      await this.#store?.close()
    } catch (error) {
      // The next start finds what a killed process leaves.
      const reason = error instanceof Error ? error.message : String(error)
      for (const listener of this.#warned) listener(`the log was not closed as it is to be: ${reason}`)
    }
    await this.#owned?.release()
  }
}
