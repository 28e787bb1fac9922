import { systemClock } from '../clock.ts'
import { withinDeadline } from '../deadline.ts'
import { type Duration, durationMs } from '../duration.ts'
import type { Entry } from '../entry.ts'
import { keepAlive } from '../keep-alive.ts'
import type { MaybePromise, Off, Tier, TierMeasure } from '../tiers/tier.ts'
import { reasonOf } from './disk-error.ts'
import { DiskRecords } from './disk-records.ts'
import { type DiskTierOptions, type DiskTierSettings, resolveDiskTierOptions } from './disk-tier-options.ts'
import { FRAME_BYTES, bind } from './frame.ts'
import { LateStore, type TakeDirectory } from './late-store.ts'
import { takeDirectory } from './owner.ts'
import type { SegmentStore } from './segment-store.ts'
import { WriteFault } from './write-fault.ts'
import { type Write, WriteQueue } from './write-queue.ts'

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
  readonly #maxBytes: number
  readonly #records: DiskRecords
  readonly #queue: WriteQueue
  readonly #store: LateStore
  readonly #warned = new Set<(message: string) => void>()
  #refusal: WriteFault | undefined
  #refusingUntil = -Infinity
  #closing: Promise<void> | undefined

  constructor(settings: DiskTierSettings, take: TakeDirectory = takeDirectory) {
    this.name = settings.name
    this.ttl = settings.ttl
    this.deadline = settings.deadline
    const { bounds } = settings
    this.#maxBytes = bounds.maxBytes
    const records = new DiskRecords(settings.format, settings.maxRecordBytes)
    const queue = new WriteQueue((group) => this.#append(group))
    this.#records = records
    this.#queue = queue
    this.#store = new LateStore(settings, take, { bounds, records, queue, lost: (loss) => this.#warn(loss) })
  }

  /**
   * Takes the directory and reads the index. Meanwhile reads of what is not yet known are misses, and writes are taken; it does not
   * wait for longer than half a deadline, and keeps no process alive once the directory is taken.
   */
  async open(): Promise<void> {
    this.#assertOpen()
    await this.#store.opened()
    const withinMs = durationMs('deadline', this.deadline) / 2
    // It goes on after that; how it ends is told elsewhere.
    await withinDeadline(() => this.#store.recovered, withinMs, systemClock).catch(() => {})
  }

  get(key: string): MaybePromise<Entry | undefined> {
    const write = this.#queue.latest(key)
    if (write !== undefined) return this.#underWay(write)
    if (this.#closing !== undefined) return undefined
    const { current } = this.#store
    if (current !== undefined) return current.get(key)
    // It failed to open, or nobody asked it to.
    void this.#store.opened().catch(() => {})
    return undefined
  }

  /**
   * Rejects with UnstorableValueError: what was there stays or, where that shows only once a large value is compressed, is
   * a miss. After any other fault the key is a miss.
   */
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
    this.#store.forgetAll()
    await this.#queue.exclusive(async () => {
      const store = await this.#store.opened()
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
    const { entries = 0, bytes = 0 } = this.#store.current ?? {}
    return { entries, maxEntries: Infinity, weight: bytes, maxWeight: this.#maxBytes }
  }

  onWarning(listener: (message: string) => void): Off {
    this.#warned.add(listener)
    return () => this.#warned.delete(listener)
  }

  /** Waits for the writes under way, seals the log and frees the directory. A fault of the disk is a warning, never a rejection. */
  close(): Promise<void> {
    this.#closing ??= keepAlive(this.#end())
    return this.#closing
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw new Error(`the disk tier "${this.name}" is closed`)
  }

  #begin(key: string, record: Buffer | undefined, expiresAt: number): Write {
    this.#store.current?.forget(key)
    return this.#queue.begin(key, record, expiresAt)
  }

  async #setLater(write: Write, record: Promise<Buffer>): Promise<void> {
    try {
      write.record = await record
    } catch (error) {
      // What it overtook may be on the disk, and is a miss from now on.
      this.#store.refuse([write])
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
    let store: SegmentStore
    try {
      store = await this.#store.opened()
      if (performance.now() < this.#refusingUntil) throw this.#refusal as WriteFault
    } catch (error) {
      this.#store.refuse(group)
      throw error
    }
    try {
      await store.append(group)
    } catch (error) {
      store.refuse(group)
      const refusal = new WriteFault(error)
      if (!(await this.#store.leaveIfGone(error))) {
        this.#refusal = refusal
        this.#refusingUntil = performance.now() + PAUSE_AFTER_FAULT_MS
      }
      throw refusal
    }
  }

  async #end(): Promise<void> {
    await this.#queue.idle()
    try {
      await this.#store.close()
    } catch (error) {
      // The next start finds what a killed process leaves.
      this.#warn(`the log was not closed as it is to be: ${reasonOf(error)}`)
    }
  }

  #warn(message: string): void {
    for (const listener of this.#warned) listener(message)
  }
}
