import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { DiskRecords } from './disk-records.ts'
import { Eviction } from './eviction.ts'
import { FRAME_BYTES, KIND, kindWord, lengthOf } from './frame.ts'
import { KeyHashes } from './key-hashes.ts'
import type { OwnedDirectory } from './owned-directory.ts'
import { type Found, Recovery } from './recovery.ts'
import type { LogFrame, Segment } from './segment.ts'
import { SegmentDebts } from './segment-debts.ts'
import { SegmentDirectory } from './segment-directory.ts'
import { SegmentIndex } from './segment-index.ts'
import { type LogBounds, SegmentLog } from './segment-log.ts'
import { NOTHING_KEPT } from './segment-mark.ts'
import { SegmentReads } from './segment-reads.ts'
import { SegmentSet } from './segment-set.ts'
import type { Write, WriteQueue } from './write-queue.ts'

/** How long somebody may have removed or replaced the directory, or the file of the active segment, before a write finds out. */
const LONGEST_UNSEEN_MS = 100

/** The directory is not in its place any more: what is written into it, nobody finds. */
export class DirectoryGone extends Error {
  override readonly name = 'DirectoryGone'
}

/** The log of one owned directory with its index: what a tier keeps on the disk. */
export class SegmentStore {
  readonly #owned: OwnedDirectory
  readonly #directory: SegmentDirectory
  readonly #queue: WriteQueue
  readonly #index: SegmentIndex
  readonly #segments: SegmentSet
  readonly #hashes: KeyHashes
  readonly #reads: SegmentReads
  readonly #recovery: Recovery
  readonly #log: SegmentLog
  readonly #debts = new SegmentDebts()
  #recovered: Promise<void> = Promise.resolve()
  #seenAt = performance.now()
  /** It was asked to forget everything, and the disk may still have some of it. */
  #isVoid = false

  private constructor(parts: StoreParts, bounds: LogBounds, records: DiskRecords, found: Found) {
    this.#owned = parts.owned
    this.#directory = parts.directory
    this.#queue = parts.queue
    this.#index = parts.index
    this.#segments = parts.segments
    this.#recovery = parts.recovery
    this.#hashes = new KeyHashes(parts.owned.seed)
    this.#reads = new SegmentReads(this.#index, this.#segments, this.#hashes, records)
    const eviction = new Eviction(this.#directory, this.#index)
    this.#log = new SegmentLog(
      this.#directory,
      this.#segments,
      bounds,
      eviction,
      { ...found, seed: parts.owned.seed },
      () => this.#assertHeld(),
    )
    if (found.active !== undefined) this.#log.takeOver(found.active)
  }

  /** Resolves when it takes writes: what is older is read from then on. Rejects where the disk cannot be read now. */
  static async open(
    owned: OwnedDirectory,
    bounds: LogBounds,
    records: DiskRecords,
    queue: WriteQueue,
  ): Promise<SegmentStore> {
    const directory = new SegmentDirectory(owned.path, bounds.isDurable)
    const [index, segments] = [new SegmentIndex(), new SegmentSet()]
    const recovery = new Recovery(owned, bounds.isDurable, directory, segments, index)
    try {
      const found = await recovery.begin()
      await owned.markUsable()
      return new SegmentStore({ owned, directory, queue, index, segments, recovery }, bounds, records, found)
    } catch (error) {
      segments.closeAll()
      throw error
    }
  }

  get entries(): number {
    return this.#index.size
  }

  /** On the disk: every file counts. */
  get bytes(): number {
    return this.#log.bytes
  }

  /** What was dropped or set aside, in sentences. */
  get losses(): readonly string[] {
    return this.#recovery.losses
  }

  /** Reads what is older. Never rejects. */
  recover(): Promise<void> {
    for (const key of this.#queue.latestKeys) this.forget(key)
    this.#recovered = this.#recover()
    return this.#recovered
  }

  async #recover(): Promise<void> {
    await this.#recovery.finish({
      dropThrough: (sequence) => this.#queue.exclusive(() => this.#log.dropThrough(sequence)),
      setOldestAside: (segment) => this.#queue.exclusive(() => this.#setAside(segment)),
      writeHint: (segment) => this.#queue.exclusive(() => this.#writeHint(segment)),
    })
    // The last owner may have had wider bounds. What cannot be removed now is tried again with the next write.
    await this.#queue.exclusive(() => this.#log.keepBounds()).catch(() => {})
  }

  get(key: string): MaybePromise<Entry | undefined> {
    return this.#reads.get(key)
  }

  /** From now on the key is a miss, until a write of it is done. */
  forget(key: string): void {
    this.#hashes.take(key)
    if (this.#index.forget(this.#hashes.high, this.#hashes.low)) this.#debts.forget(key)
  }

  /** The disk did not take these writes: what it has of their keys must not come back. */
  refuse(group: readonly Write[]): void {
    for (const { key } of group) this.#debts.refuse(key)
  }

  /** From now on everything is a miss, until it is written. {@link clear} follows. */
  forgetAll(): void {
    this.#recovery.cancel()
    this.#index.clear()
    this.#debts.clear()
    this.#isVoid = true
  }

  /** Rejects with {@link DirectoryGone} where the directory is no longer in its place: then nothing was written. */
  async append(group: readonly Write[]): Promise<void> {
    if (this.#isVoid) await this.clear()
    await this.#look()
    await this.#payDebts()
    const frames = group.map((write) => this.#frameOf(write))
    await this.#log.append(frames)
    for (const write of group) this.#debts.settle(write.key, this.#queue.latest(write.key) === write)
    for (const [at, write] of group.entries()) {
      const { word, high, low, segment, offset } = frames[at] as LogFrame
      if (this.#queue.latest(write.key) !== write || isTombstone(write)) continue
      this.#index.put(high, low, segment, offset, lengthOf(word))
    }
  }

  async clear(): Promise<void> {
    await this.#log.clear()
    this.#isVoid = false
  }

  /** Lets go of a directory that is gone: nothing is read any more, and its files are closed. */
  abandon(): void {
    this.forgetAll()
    this.#segments.closeAll()
  }

  /**
   * Seals what is active and marks the directory clean; where the disk has something that must not come back and takes no tombstone, the
   * mark says that nothing is kept. Nothing else may be under way. Rejects where the disk does not take the mark either: the next start
   * finds what a killed process leaves.
   */
  async close(): Promise<void> {
    this.#recovery.cancel()
    await this.#recovered
    try {
      await this.#assertHeld()
      if (!(await this.#payAll())) return await this.#owned.markClean(NOTHING_KEPT)
      await this.#log.seal()
      // Without it a loss of power could leave the mark without the data.
      await this.#log.sync()
      await this.#owned.markClean(this.#log.mark)
    } finally {
      this.#segments.closeAll()
    }
  }

  /** Whether the disk has nothing left that must not come back. A full disk takes tombstones where its oldest segment was. */
  async #payAll(): Promise<boolean> {
    try {
      if (this.#isVoid) await this.clear()
      while (this.#debts.size > 0) {
        await this.append([]).catch(async (error: unknown) => {
          if (!(await this.#log.dropOldest())) throw error
        })
      }
      return true
    } catch {
      return false
    }
  }

  /** Tombstones of keys whose last write was refused, before anything newer. */
  async #payDebts(): Promise<void> {
    const owed = this.#debts.next()
    if (owed.length === 0) return
    await this.#log.append(owed.map((key) => this.#tombstoneOf(key)))
    for (const key of owed) this.#debts.settle(key, true)
  }

  async #look(): Promise<void> {
    if (performance.now() - this.#seenAt < LONGEST_UNSEEN_MS) return
    await this.#assertHeld()
    await this.#log.leaveMissing()
  }

  async #assertHeld(): Promise<void> {
    if (!(await this.#owned.isHeld())) {
      await this.#owned.renounce()
      throw new DirectoryGone(`${this.#owned.path} was removed or replaced`)
    }
    this.#seenAt = performance.now()
  }

  #tombstoneOf(key: string): LogFrame {
    this.#hashes.take(key)
    const { high, low } = this.#hashes
    const word = kindWord(KIND.tombstone, 0)
    return {
      buffer: Buffer.allocUnsafe(FRAME_BYTES),
      word,
      high,
      low,
      expiresAt: -Infinity,
      segment: 0,
      offset: 0,
      seed: 0,
    }
  }

  #frameOf(write: Write): LogFrame {
    const { key, record, expiresAt } = write
    const buffer = record as Buffer
    const word = isTombstone(write) ? kindWord(KIND.tombstone, 0) : kindWord(KIND.value, buffer.length - FRAME_BYTES)
    this.#hashes.take(key)
    const { high, low } = this.#hashes
    write.frame = { buffer, word, high, low, expiresAt, segment: 0, offset: 0, seed: 0 }
    return write.frame
  }

  async #setAside(segment: Segment): Promise<void> {
    if (this.#segments.oldest === segment) await this.#log.setOldestAside()
  }

  async #writeHint(segment: Segment): Promise<void> {
    if (this.#segments.get(segment.sequence) === segment) await segment.writeHint(this.#directory)
  }
}

interface StoreParts {
  readonly owned: OwnedDirectory
  readonly directory: SegmentDirectory
  readonly queue: WriteQueue
  readonly index: SegmentIndex
  readonly segments: SegmentSet
  readonly recovery: Recovery
}

function isTombstone({ record }: Write): boolean {
  return record?.length === FRAME_BYTES
}
