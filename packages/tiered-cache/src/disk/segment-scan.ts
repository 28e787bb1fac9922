import { readHeader } from '../codec/envelope-header.ts'
import { FRAME_BYTES, KIND, kindOf, lengthOf, readFrame } from './frame.ts'
import { FrameList } from './frame-list.ts'
import type { Segment } from './segment.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'
import { TimeSlice } from './time-slice.ts'

/**
 * How a segment may end. `whole`: with its end mark, and nothing else. `cut`: in the middle of a frame, as a process that was killed
 * leaves it. `garbage`: in what is no frame at all, as a loss of power leaves it.
 */
export type Ending = 'whole' | 'cut' | 'garbage'

/** What was found in a segment. */
export interface Scan {
  readonly frames: FrameList
  /** Where the last whole frame ends, without the end mark. */
  readonly length: number
  readonly latestExpiry: number
  /** It has its end mark. */
  readonly isSealed: boolean
}

const CHUNK_BYTES = 256 * 1024
/** What of a body is looked at: as much as tells its life. */
const PEEK_BYTES = 64

/**
 * The frames of a segment, in their order; `undefined` where it is damaged: then nothing in it, and nothing older, can be trusted.
 * Bodies are not looked at: a damaged one is a miss when it is read, and still hides what is older. Reads the file in chunks and lets
 * the loop turn.
 */
export async function scanSegment(segment: Segment, ending: Ending): Promise<Scan | undefined> {
  const walk = new Walk(segment, await segment.file.size())
  const slice = new TimeSlice()
  while (await walk.step()) if (slice.isOver()) await slice.rest()
  const isSound = walk.isSealed || (await walk.mayEndSo(ending, slice))
  const { frames, at, latestExpiry, isSealed } = walk
  return isSound ? { frames, length: at, latestExpiry, isSealed } : undefined
}

class Walk {
  readonly frames = new FrameList()
  at = SEGMENT_HEADER_BYTES
  latestExpiry = -Infinity
  isSealed = false
  readonly #segment: Segment
  readonly #size: number
  readonly #chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  #chunkAt = 0
  #chunkLength = 0

  constructor(segment: Segment, size: number) {
    this.#segment = segment
    this.#size = size
  }

  /** Takes one frame. False where there is none, or the last. */
  async step(): Promise<boolean> {
    if (this.#size - this.at < FRAME_BYTES) return false
    await this.#load(this.at, FRAME_BYTES + PEEK_BYTES)
    const word = this.#frameAt(this.at)
    const length = lengthOf(word)
    if (word === 0 || this.at + FRAME_BYTES + length > this.#size) return false
    this.isSealed = kindOf(word) === KIND.end
    if (!this.isSealed) this.#take(word, length)
    return !this.isSealed
  }

  /** Whether what lies behind the last frame is what the ending allows. */
  async mayEndSo(ending: Ending, slice: TimeSlice): Promise<boolean> {
    if (ending === 'whole') return false
    if (this.#size - this.at < FRAME_BYTES) return true
    await this.#load(this.at, FRAME_BYTES)
    // A frame whose body goes on behind the end of the file.
    if (this.#frameAt(this.at) !== 0) return true
    return ending === 'garbage' && !(await this.#isAnyFrameAfter(this.at, slice))
  }

  async #isAnyFrameAfter(at: number, slice: TimeSlice): Promise<boolean> {
    for (let next = at + 1; next + FRAME_BYTES <= this.#size; next++) {
      if (!this.#isLoaded(next, FRAME_BYTES)) await this.#load(next, FRAME_BYTES)
      if (this.#frameAt(next) !== 0) return true
      if (slice.isOver()) await slice.rest()
    }
    return false
  }

  #take(word: number, length: number): void {
    const from = this.at - this.#chunkAt
    this.frames.add(this.#chunk.readUInt32LE(from + 8), this.#chunk.readUInt32LE(from + 12), this.at, word)
    if (length !== 0) this.latestExpiry = Math.max(this.latestExpiry, this.#expiryAt(from + FRAME_BYTES))
    this.at += FRAME_BYTES + length
  }

  /** `Infinity` where it cannot be told. */
  #expiryAt(from: number): number {
    this.#segment.release(this.#chunk, from, this.at)
    return readHeader(this.#chunk.subarray(from, this.#chunkLength))?.expiresAt ?? Infinity
  }

  #frameAt(at: number): number {
    return readFrame(this.#chunk, at - this.#chunkAt, this.#segment.seedAt(at))
  }

  #isLoaded(at: number, length: number): boolean {
    const wanted = Math.min(length, this.#size - at)
    return at >= this.#chunkAt && at + wanted <= this.#chunkAt + this.#chunkLength
  }

  async #load(at: number, length: number): Promise<void> {
    if (this.#isLoaded(at, length)) return
    this.#chunkAt = at
    this.#chunkLength = await this.#segment.file.read(this.#chunk, Math.min(CHUNK_BYTES, this.#size - at), at)
    if (!this.#isLoaded(at, length)) throw new Error('the segment became shorter as it was read')
  }
}
