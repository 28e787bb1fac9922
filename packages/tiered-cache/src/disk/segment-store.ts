import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import { DirectoryWatch } from './directory-watch.ts'
import type { DiskRecords } from './disk-records.ts'
import { Eviction } from './eviction.ts'
import { lengthOf } from './frame.ts'
import { KeyHashes } from './key-hashes.ts'
import { type Found, LogOpening } from './log-opening.ts'
import type { OwnedDirectory } from './owned-directory.ts'
import { Recovery } from './recovery.ts'
import type { LogFrame, Segment } from './segment.ts'
import { SegmentDebts } from './segment-debts.ts'
import { SegmentDirectory } from './segment-directory.ts'
import { SegmentIndex } from './segment-index.ts'
import { type LogBounds, SegmentLog } from './segment-log.ts'
import { NOTHING_KEPT } from './segment-mark.ts'
import { SegmentReads } from './segment-reads.ts'
import { SegmentSet } from './segment-set.ts'
import { frameOf, isTombstone, tombstoneOf } from './write-frames.ts'
import type { Write, WriteQueue } from './write-queue.ts'

/** The log of one owned directory with its index: what a tier keeps on the disk. */
export class SegmentStore {
  readonly #owned: OwnedDirectory
  readonly #watch: DirectoryWatch
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
  /** It was asked to forget everything, and the disk may still have some of it. */
  #isVoid = false

  private constructor(parts: StoreParts, { bounds, records, queue, lost }: StoreUse, found: Found) {
    this.#owned = parts.owned
    this.#watch = new DirectoryWatch(parts.owned)
    this.#directory = parts.directory
    this.#queue = queue
    this.#index = parts.index
    this.#segments = parts.segments
    this.#recovery = new Recovery(this.#directory, this.#segments, this.#index, lost)
    this.#hashes = new KeyHashes(parts.owned.seed)
    this.#reads = new SegmentReads(this.#index, this.#segments, this.#hashes, records)
    const eviction = new Eviction(this.#directory, this.#index)
    const begun = { ...found, seed: parts.owned.seed }
    this.#log = new SegmentLog(this.#directory, this.#segments, bounds, eviction, begun, () => this.#watch.assertHeld())
    if (found.active !== undefined) this.#log.takeOver(found.active)
  }

  /** Resolves when it takes writes: {@link recover} reads what is older. Rejects where the disk cannot be read now. */
  static async open(owned: OwnedDirectory, use: StoreUse): Promise<SegmentStore> {
    const directory = new SegmentDirectory(owned.path, use.bounds.isDurable)
    const [index, segments] = [new SegmentIndex(), new SegmentSet()]
    index.beginRecovery()
    try {
      const found = await new LogOpening(owned, directory, segments, index, use.lost).find()
      if (use.bounds.isDurable && !owned.wasSynced) {
        await segments.sync()
        await directory.sync()
      }
      await owned.markUsable()
      return new SegmentStore({ owned, directory, index, segments }, use, found)
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

  /** Reads what is older. Never rejects, and keeps no process alive. */
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

  /** These writes failed: what the disk has of their keys, a part of the group itself included, must not come back. */
  refuse(group: readonly Write[]): void {
    for (const { key, frame } of group) this.#debts.refuse(key, frame !== undefined && frame.segment !== 0)
  }

  /** Writes of the key were refused before the store was open: what the disk has of it must not come back. */
  owe(key: string): void {
    this.forget(key)
    this.#debts.refuse(key, true)
  }

  /** From now on everything is a miss, until it is written. {@link clear} follows. */
  forgetAll(): void {
    this.#recovery.cancel()
    this.#index.clear()
    this.#debts.clear()
    this.#isVoid = true
  }

  /** Rejects with DirectoryGone where the directory is no longer in its place: then nothing was written. */
  async append(group: readonly Write[]): Promise<void> {
    if (this.#isVoid) await this.clear()
    if (this.#watch.isDue) await this.#look()
    await this.#payDebts()
    const frames = group.map((write) => frameOf(write, this.#hashes))
    await this.#log.append(frames)
    for (const write of group) this.#settle(write)
    for (const [at, write] of group.entries()) {
      const { word, high, low, segment, offset } = frames[at] as LogFrame
      if (this.#queue.latest(write.key) !== write || isTombstone(write)) continue
      this.#index.put(high, low, segment, offset, lengthOf(word))
    }
  }

  async clear(): Promise<void> {
    await this.#log.clear()
    this.#debts.clear()
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
      await this.#watch.assertHeld()
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

  #settle(write: Write): void {
    const latest = this.#queue.latest(write.key)
    this.#debts.settle(write.key, latest === write)
    // The one that overtook it was abandoned: the key is a miss.
    if (latest === undefined) this.#debts.refuse(write.key, true)
  }

  /** Tombstones of keys whose last write was refused, before anything newer. */
  async #payDebts(): Promise<void> {
    const owed = this.#debts.next()
    if (owed.length === 0) return
    await this.#log.append(owed.map((key) => tombstoneOf(key, this.#hashes)))
    for (const key of owed) this.#debts.settle(key, true)
  }

  async #look(): Promise<void> {
    await this.#watch.assertHeld()
    await this.#log.leaveMissing()
  }

  async #setAside(segment: Segment): Promise<void> {
    if (this.#segments.oldest === segment) await this.#log.setOldestAside()
  }

  async #writeHint(segment: Segment): Promise<void> {
    if (this.#segments.get(segment.sequence) === segment) await segment.writeHint(this.#directory)
  }
}

/** What a store is opened with. */
export interface StoreUse {
  readonly bounds: LogBounds
  readonly records: DiskRecords
  readonly queue: WriteQueue
  /** Told what is dropped as it is opened and recovered, in sentences. */
  readonly lost: (loss: string) => void
}

interface StoreParts {
  readonly owned: OwnedDirectory
  readonly directory: SegmentDirectory
  readonly index: SegmentIndex
  readonly segments: SegmentSet
}
