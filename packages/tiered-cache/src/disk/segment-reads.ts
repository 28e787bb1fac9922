import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'
import type { DiskRecords } from './disk-records.ts'
import { FRAME_BYTES } from './frame.ts'
import type { Location } from './index-shard.ts'
import type { KeyHashes } from './key-hashes.ts'
import { ReadPace } from './read-pace.ts'
import type { Segment } from './segment.ts'
import type { SegmentIndex } from './segment-index.ts'
import type { SegmentSet } from './segment-set.ts'

/** Longer bodies are read by threads alone. Room for a payload of 64 KiB with its header and key. */
const MOST_BLOCKING_BYTES = 64 * 1024 + 8 * 1024

/**
 * Reads of a log. A short body is read where the loop stands, since that is faster than to hand it over by as much as 70 times; a long
 * one, and all while the loop has waited enough or the disk is slow, by a thread.
 *
 * No fault of the disk and no damage gets out: they are misses. A damaged entry leaves the index, so that it is read once.
 */
export class SegmentReads {
  readonly #index: SegmentIndex
  readonly #segments: SegmentSet
  readonly #hashes: KeyHashes
  readonly #records: DiskRecords
  readonly #pace = new ReadPace()
  readonly #scratch = Buffer.allocUnsafeSlow(MOST_BLOCKING_BYTES)

  constructor(index: SegmentIndex, segments: SegmentSet, hashes: KeyHashes, records: DiskRecords) {
    this.#index = index
    this.#segments = segments
    this.#hashes = hashes
    this.#records = records
  }

  /** A miss costs no I/O. */
  get(key: string): MaybePromise<Entry | undefined> {
    this.#hashes.take(key)
    const { high, low } = this.#hashes
    const location = this.#index.use(high, low)
    if (location === undefined) return undefined
    const segment = this.#segments.get(location.segment)
    if (segment === undefined) {
      this.#index.forget(high, low)
      return undefined
    }
    const now = performance.now()
    const isSync = location.length <= MOST_BLOCKING_BYTES && this.#pace.mayBlock(now)
    if (!isSync) return this.#readLater(key, high, low, segment, location)
    const body = this.#readNow(segment, location, now)
    return body === undefined ? undefined : this.#entryOf(key, high, low, segment, location, body)
  }

  /** Until the next read. */
  #readNow(segment: Segment, { offset, length }: Location, begunAt: number): Buffer | undefined {
    let bytes: number
    try {
      bytes = segment.file.readSync(this.#scratch, length, offset + FRAME_BYTES)
    } catch {
      return undefined
    }
    const now = performance.now()
    this.#pace.blocked(now - begunAt, now)
    return this.#scratch.subarray(0, bytes)
  }

  async #readLater(
    key: string,
    high: number,
    low: number,
    segment: Segment,
    location: Location,
  ): Promise<Entry | undefined> {
    const body = Buffer.allocUnsafe(location.length)
    let bytes: number
    try {
      bytes = await segment.file.read(body, location.length, location.offset + FRAME_BYTES)
    } catch {
      return undefined
    }
    return this.#entryOf(key, high, low, segment, location, body.subarray(0, bytes))
  }

  #entryOf(
    key: string,
    high: number,
    low: number,
    segment: Segment,
    { length, offset }: Location,
    body: Buffer,
  ): Entry | undefined {
    if (body.length === length) {
      segment.release(body, 0, offset)
      const entry = this.#records.decode(key, body)
      if (entry !== undefined) return entry
    }
    this.#index.forgetAt(high, low, segment.sequence, offset)
    return undefined
  }
}
