import { FRAME_BYTES } from './frame.ts'
import type { Eviction } from './eviction.ts'
import { createSegment, type LogFrame, type Segment } from './segment.ts'
import type { SegmentDirectory } from './segment-directory.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { NOTHING_KEPT, type SegmentMark } from './segment-mark.ts'
import type { SegmentSet } from './segment-set.ts'
import type { SetAside } from './set-aside.ts'

/** Bounds of a log, in bytes. */
export interface LogBounds {
  readonly maxBytes: number
  /** A segment is begun anew where the next frame would make it longer; a frame that is longer has one of its own. */
  readonly segmentBytes: number
  readonly isDurable: boolean
}

/** Of a segment, how much may be appended again when it leaves. */
const SECOND_CHANCE = 1 / 4
/** What one write takes at most, unless a single frame is larger. */
const MOST_WRITE_BYTES = 4 * 1024 ** 2

/**
 * The segments of a directory as one log: frames are appended to the active segment, the oldest leaves where room is needed. One call
 * at a time: the caller waits for each.
 */
export class SegmentLog {
  readonly #directory: SegmentDirectory
  readonly #segments: SegmentSet
  readonly #bounds: LogBounds
  readonly #seed: number
  readonly #eviction: Eviction
  readonly #beforeGoingOn: () => Promise<void>
  #active: Segment | undefined
  #next: number
  /** Of the files beside the segments it leaves first. */
  readonly #setAside: SetAside
  readonly #otherBytes: number

  constructor(
    directory: SegmentDirectory,
    segments: SegmentSet,
    bounds: LogBounds,
    eviction: Eviction,
    found: {
      readonly seed: number
      /** A number above all that there are. */
      readonly next: number
      readonly setAside: SetAside
      readonly otherBytes: number
    },
    beforeGoingOn: () => Promise<void>,
  ) {
    this.#beforeGoingOn = beforeGoingOn
    this.#directory = directory
    this.#segments = segments
    this.#bounds = bounds
    this.#eviction = eviction
    this.#seed = found.seed
    this.#next = found.next
    this.#setAside = found.setAside
    this.#otherBytes = found.otherBytes
  }

  /** On the disk: every file counts. */
  get bytes(): number {
    return this.#otherBytes + this.#segments.bytes + this.#setAside.bytes
  }

  /** The segment that was active when the last owner died: it goes on. */
  takeOver(segment: Segment): void {
    this.#active = segment
  }

  /** Where it rejects, some of the first may have been appended: nobody can tell which. */
  async append(frames: readonly LogFrame[]): Promise<void> {
    await this.#dropExpired(Date.now())
    for (let at = 0; at < frames.length; ) {
      const end = this.#partEnd(frames, at, Infinity)
      await this.#makeRoom(bytesOf(frames, at, end))
      at = await this.#appendPart(frames, at)
    }
  }

  /** Nothing is there any more. The oldest leave first: what is cut off in between is a log that lacks its oldest. */
  async clear(): Promise<void> {
    await this.dropThrough(Infinity)
  }

  /** Removes a segment and all that are older. */
  async dropThrough(sequence: number): Promise<void> {
    for (let { oldest } = this.#segments; oldest !== undefined && oldest.sequence <= sequence; ) {
      await this.#remove(oldest)
      oldest = this.#segments.oldest
    }
  }

  /** Sets the oldest segment aside, to be looked at; another that was, leaves. */
  async setOldestAside(): Promise<void> {
    const { oldest } = this.#segments
    if (oldest === undefined) return
    await this.#setAside.put(oldest.sequence)
    this.#segments.removeOldest()
  }

  /** The oldest segment leaves, with all that is in it. False where there is none. */
  async dropOldest(): Promise<boolean> {
    const { oldest } = this.#segments
    if (oldest === undefined) return false
    await this.#evict(oldest, 0)
    return true
  }

  /** What the next start has to find: where the log ends, all of it sealed. */
  get mark(): SegmentMark {
    const { newest } = this.#segments
    if (newest === undefined) return { ...NOTHING_KEPT, newest: this.#next - 1 }
    const { sequence, idHigh, idLow, length } = newest
    return { newest: sequence, idHigh, idLow, length }
  }

  /**
   * Goes on in a new segment where somebody has removed the file of the active one, or has put another in its place: the gap tells the
   * next start to drop all that is older, of which that file had the newest part.
   */
  async leaveMissing(): Promise<void> {
    const active = this.#active
    if (active === undefined || (await this.#directory.isInPlace(active.sequence, active.file))) return
    await this.seal()
  }

  /** Makes room where there is more than is allowed. */
  keepBounds(): Promise<void> {
    return this.#makeRoom(0)
  }

  /** All has reached the disk. */
  async sync(): Promise<void> {
    await this.#segments.sync()
    await this.#directory.sync()
  }

  /** No segment is active any more. */
  async seal(): Promise<void> {
    const { newest } = this.#segments
    if (newest?.isSealed === false) await newest.seal(this.#directory, this.#bounds.isDurable)
    this.#active = undefined
  }

  async #appendPart(frames: readonly LogFrame[], at: number): Promise<number> {
    const segment = await this.#segmentFor(frames[at] as LogFrame)
    const end = this.#partEnd(frames, at, this.#bounds.segmentBytes - segment.length - FRAME_BYTES)
    await segment.append(frames.slice(at, end), this.#bounds.isDurable)
    return end
  }

  /** At least one frame. */
  #partEnd(frames: readonly LogFrame[], at: number, room: number): number {
    let left = Math.min(room, MOST_WRITE_BYTES) - (frames[at] as LogFrame).buffer.length
    let end = at + 1
    for (; end < frames.length; end++) {
      left -= (frames[end] as LogFrame).buffer.length
      if (left < 0) break
    }
    return end
  }

  async #segmentFor({ buffer }: LogFrame): Promise<Segment> {
    if (this.#active !== undefined && this.#hasRoom(this.#active, buffer.length)) return this.#active
    await this.#beforeGoingOn()
    const segment = await createSegment(this.#directory, this.#next, this.#seed)
    await this.#follow(segment)
    this.#next++
    this.#segments.add(segment)
    this.#active = segment
    return segment
  }

  /**
   * Seals the newest segment by a mark that names the one that follows: if that is removed, the next start misses it. It has to be
   * there before, or a process that is killed in between would leave a log that seems to lack its end.
   */
  async #follow(segment: Segment): Promise<void> {
    try {
      await this.#segments.newest?.seal(this.#directory, this.#bounds.isDurable, segment)
    } catch (error) {
      segment.file.close()
      await this.#directory.remove(segment.sequence).catch(() => {})
      throw error
    }
  }

  #hasRoom(segment: Segment, bytes: number): boolean {
    if (segment.isSealed) return false
    if (segment.length === SEGMENT_HEADER_BYTES) return true
    return segment.length + bytes + FRAME_BYTES <= this.#bounds.segmentBytes
  }

  async #makeRoom(bytes: number): Promise<void> {
    const { maxBytes, segmentBytes } = this.#bounds
    const spare = bytes + segmentBytes * SECOND_CHANCE
    while (this.bytes + spare > maxBytes) {
      if (await this.#setAside.removeOne()) continue
      const { oldest } = this.#segments
      if (oldest === undefined) return
      if (oldest === this.#active) await this.seal()
      await this.#evict(oldest, segmentBytes * SECOND_CHANCE)
    }
  }

  /** Segments at the old end all of whose entries have expired. A newer one may still hide what is older. */
  async #dropExpired(now: number): Promise<void> {
    for (let { oldest } = this.#segments; oldest?.isSealed === true && oldest.latestExpiry <= now; ) {
      await this.#evict(oldest, 0)
      oldest = this.#segments.oldest
    }
  }

  async #evict(segment: Segment, mostBytes: number): Promise<void> {
    for await (const survivors of this.#eviction.survivors(segment, mostBytes)) {
      try {
        for (let at = 0; at < survivors.length; ) at = await this.#appendPart(survivors, at)
        this.#eviction.moved(segment, survivors)
      } catch {
        // A full disk: what would have stayed leaves with the rest, and makes room.
        this.#eviction.lost(segment, survivors)
      }
    }
    await this.#remove(segment)
  }

  async #remove(segment: Segment): Promise<void> {
    await this.#directory.remove(segment.sequence)
    if (segment === this.#active) this.#active = undefined
    this.#segments.removeOldest()
  }
}

function bytesOf(frames: readonly LogFrame[], at: number, end: number): number {
  let sum = 0
  for (let index = at; index < end; index++) sum += (frames[index] as LogFrame).buffer.length
  return sum
}
