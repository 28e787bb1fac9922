import { readHeader } from '../codec/envelope-header.ts'
import { FRAME_BYTES, KIND, kindOf, lengthOf } from './frame.ts'
import type { FrameList } from './frame-list.ts'
import type { LogFrame, Segment } from './segment.ts'
import type { SegmentDirectory } from './segment-directory.ts'
import { framesOf } from './segment-frames.ts'
import type { SegmentIndex } from './segment-index.ts'
import { TimeSlice } from './time-slice.ts'

/** An entry that was read since it was written, on its way into a newer segment. */
export interface Survivor extends LogFrame {
  /** The offset of its frame in the segment that leaves. */
  readonly from: number
}

/** Where a survivor lies: all that is known of it before it is read. */
type Candidate = Pick<Survivor, 'word' | 'high' | 'low' | 'from'>

/** Survivors that lie within so many bytes are read and written together. */
const SPAN_BYTES = 1024 ** 2

/**
 * What of the oldest segment stays: its entries that were read since they were written get a second chance (the CLOCK of F. Corbató,
 * 1968), as many as are allowed; all others leave the index. Looks at the entries of that segment alone, in slices.
 */
export class Eviction {
  readonly #directory: SegmentDirectory
  readonly #index: SegmentIndex

  constructor(directory: SegmentDirectory, index: SegmentIndex) {
    this.#directory = directory
    this.#index = index
  }

  /** In batches, each to be appended and then told to {@link moved} or {@link lost}. Never rejects. */
  async *survivors(segment: Segment, mostBytes: number): AsyncGenerator<readonly Survivor[], void> {
    const frames = segment.frames ?? (await this.#framesOf(segment))
    if (frames === undefined) {
      await this.#dropThrough(segment)
      return
    }
    const candidates = await this.#candidates(segment, frames, mostBytes)
    for (let at = 0; at < candidates.length; ) {
      const end = spanEnd(candidates, at)
      yield await this.#read(segment, candidates.slice(at, end))
      at = end
    }
  }

  /** They are where they were appended, unless they were deleted or overwritten meanwhile. */
  moved(segment: Segment, survivors: readonly Survivor[]): void {
    for (const { high, low, from, word, segment: to, offset } of survivors) {
      if (this.#isAt(high, low, segment, from)) this.#index.put(high, low, to, offset, lengthOf(word))
    }
  }

  lost(segment: Segment, survivors: readonly Candidate[]): void {
    for (const { high, low, from } of survivors) this.#index.dropAt(high, low, segment.sequence, from)
  }

  /** Those that may stay, in the order of the segment. */
  async #candidates(segment: Segment, frames: FrameList, mostBytes: number): Promise<readonly Candidate[]> {
    const found: Candidate[] = []
    const slice = new TimeSlice()
    let left = mostBytes
    for (let index = 0; index < frames.count; index++) {
      if (slice.isOver()) await slice.rest()
      const [high, low, from] = [frames.high(index), frames.low(index), frames.offset(index)]
      const word = frames.word(index)
      const bytes = FRAME_BYTES + lengthOf(word)
      if (kindOf(word) !== KIND.value || !this.#isAt(high, low, segment, from)) continue
      if (bytes <= left && this.#index.isUsed(high, low)) {
        found.push({ word, high, low, from })
        left -= bytes
      } else this.#index.dropAt(high, low, segment.sequence, from)
    }
    return found
  }

  /** What cannot be read, or has expired, or was overwritten meanwhile, is not among it. */
  async #read(segment: Segment, candidates: readonly Candidate[]): Promise<readonly Survivor[]> {
    const [first, last] = [candidates[0] as Candidate, candidates.at(-1) as Candidate]
    const bytes = Buffer.allocUnsafe(last.from + FRAME_BYTES + lengthOf(last.word) - first.from)
    const read = await segment.file.read(bytes, bytes.length, first.from).catch(() => 0)
    const now = Date.now()
    const survivors = candidates.flatMap((candidate) => {
      const at = candidate.from - first.from
      const end = at + FRAME_BYTES + lengthOf(candidate.word)
      return end <= read ? this.#survivor(segment, candidate, bytes.subarray(at, end), now) : []
    })
    const stay = new Set(survivors.map(({ from }) => from))
    this.lost(
      segment,
      candidates.filter(({ from }) => !stay.has(from)),
    )
    return survivors
  }

  /** The body is not checked: what is damaged stays so. */
  #survivor(segment: Segment, candidate: Candidate, buffer: Buffer, now: number): readonly Survivor[] {
    segment.release(buffer, FRAME_BYTES, candidate.from)
    const expiresAt = readHeader(buffer, FRAME_BYTES)?.expiresAt
    if (expiresAt === undefined || expiresAt <= now) return []
    if (!this.#isAt(candidate.high, candidate.low, segment, candidate.from)) return []
    return [{ ...candidate, buffer, expiresAt, segment: 0, offset: 0, seed: 0 }]
  }

  #isAt(high: number, low: number, segment: Segment, offset: number): boolean {
    const found = this.#index.find(high, low)
    return found !== undefined && found.segment === segment.sequence && found.offset === offset
  }

  async #framesOf(segment: Segment): Promise<FrameList | undefined> {
    try {
      return (await framesOf(segment, this.#directory, 'whole'))?.frames
    } catch {
      return undefined
    }
  }

  /** What the segment held is not known: all of the index is looked through. */
  async #dropThrough(segment: Segment): Promise<void> {
    const slice = new TimeSlice()
    for (const _ of this.#index.dropThrough(segment.sequence)) if (slice.isSpent()) await slice.rest()
  }
}

function spanEnd(candidates: readonly Candidate[], at: number): number {
  const { from } = candidates[at] as Candidate
  let end = at + 1
  for (; end < candidates.length; end++) {
    const next = candidates[end] as Candidate
    if (next.from + FRAME_BYTES + lengthOf(next.word) - from > SPAN_BYTES) break
  }
  return end
}
