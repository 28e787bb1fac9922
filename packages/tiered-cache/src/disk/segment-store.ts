import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { DiskRecords } from './disk-records.ts'
import { Eviction } from './eviction.ts'
import { FRAME_BYTES, KIND, kindWord, lengthOf } from './frame.ts'
import { KeyHashes } from './key-hashes.ts'
import type { OwnedDirectory } from './owned-directory.ts'
import { type Found, Recovery } from './recovery.ts'
import type { LogFrame, Segment } from './segment.ts'
import { SegmentDirectory } from './segment-directory.ts'
import { SegmentIndex } from './segment-index.ts'
import { type LogBounds, SegmentLog } from './segment-log.ts'
import { SegmentReads } from './segment-reads.ts'
import { SegmentSet } from './segment-set.ts'
import type { Write, WriteQueue } from './write-queue.ts'

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
  #recovered: Promise<void> = Promise.resolve()

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
    this.#log = new SegmentLog(this.#directory, this.#segments, bounds, eviction, { ...found, seed: parts.owned.seed })
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
    this.#index.forget(this.#hashes.high, this.#hashes.low)
  }

  /** From now on everything is a miss, until it is written. {@link clear} follows. */
  forgetAll(): void {
    this.#recovery.cancel()
    this.#index.clear()
  }

  async append(group: readonly Write[]): Promise<void> {
    const frames = group.map((write) => this.#frameOf(write))
    await this.#log.append(frames)
    for (const [at, write] of group.entries()) {
      const { word, high, low, segment, offset } = frames[at] as LogFrame
      if (this.#queue.latest(write.key) !== write || isTombstone(write)) continue
      this.#index.put(high, low, segment, offset, lengthOf(word))
    }
  }

  clear(): Promise<void> {
    return this.#log.clear()
  }

  /** Seals what is active and marks the directory clean. Nothing else may be under way. */
  async close(): Promise<void> {
    this.#recovery.cancel()
    await this.#recovered
    try {
      await this.#log.seal()
      // Without it a loss of power could leave the mark without the data.
      await this.#log.sync()
      await this.#owned.markClean()
    } finally {
      this.#segments.closeAll()
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
