import { randomBytes } from 'node:crypto'
import { bind, FRAME_BYTES, KIND, kindOf, kindWord, lengthOf, placeSeed, readFrame, writeFrame } from './frame.ts'
import { FrameList } from './frame-list.ts'
import { encodeHint, type Hint, hintBytes } from './hint.ts'
import { readSegmentHeader, SEGMENT_HEADER_BYTES, segmentHeader } from './segment-header.ts'
import type { SegmentDirectory } from './segment-directory.ts'
import type { SegmentFile } from './segment-file.ts'

/** A record on its way into a segment. */
export interface LogFrame {
  /** Frame and body in one piece of memory: the first `FRAME_BYTES` are written when its place is known. */
  readonly buffer: Buffer
  /** Kind and length of the body. */
  readonly word: number
  readonly high: number
  readonly low: number
  /** Epoch milliseconds; -Infinity for what has no life of its own. */
  readonly expiresAt: number
  /** Where it went: set as it is appended. 0 as long as it is nowhere on the disk. */
  segment: number
  offset: number
  /** Of that place: the body is bound to it. 0 as long as it has none. */
  seed: number
}

/**
 * One segment of the log: a file of frames. It is active while frames are appended, then sealed by an end mark and a hint file. After
 * that only the end mark is ever written again: it names the segment that follows, as soon as there is one.
 */
export class Segment {
  readonly sequence: number
  readonly idHigh: number
  readonly idLow: number
  readonly file: SegmentFile
  /** Bytes that hold frames, the header included: where the next frame goes. */
  length: number = SEGMENT_HEADER_BYTES
  /** Of the active segment. */
  frames: FrameList | undefined
  count = 0
  latestExpiry: number = -Infinity
  isSealed = false
  /** All that was written to it has reached the disk. */
  isSynced = true
  /** As the last owner left it: its file and that of its hint. */
  foundBytes = 0
  /** The file may have more than `length` bytes: what a failed write left. */
  hasTorn = false

  constructor(sequence: number, idHigh: number, idLow: number, file: SegmentFile) {
    this.sequence = sequence
    this.idHigh = idHigh
    this.idLow = idLow
    this.file = file
  }

  /** Bytes on the disk, with its hint and its end mark, written or not. */
  get bytes(): number {
    return Math.max(this.foundBytes, this.length + FRAME_BYTES + hintBytes(this.count))
  }

  /** The seed of the place at `offset`. */
  seedAt(offset: number): number {
    return placeSeed(this.idHigh, this.idLow, offset)
  }

  /** Frees a body, read from the frame at `offset`, from its place. */
  release(body: Buffer, at: number, offset: number): void {
    bind(body, at, this.seedAt(offset))
  }

  /**
   * Appends in one write, and syncs it where `isDurable`. Where it rejects, nothing was appended; frames of which the disk may have
   * something all the same keep their place.
   */
  async append(frames: readonly LogFrame[], isDurable: boolean): Promise<void> {
    await this.mend()
    const begin = this.length
    let end = begin
    for (const frame of frames) {
      this.#place(frame, end)
      end += frame.buffer.length
    }
    await this.#writeFrames(frames, end - begin, isDurable)
    const now = Date.now()
    for (const frame of frames) this.#note(frame, now)
    this.length = end
  }

  /** Cuts off what a failed write left: as long as it is there, nothing may be written after it. */
  async mend(): Promise<void> {
    if (!this.hasTorn) return
    await this.file.truncate(this.length)
    this.hasTorn = false
  }

  async sync(): Promise<void> {
    await this.file.sync()
    this.isSynced = true
  }

  /**
   * Writes the end mark, with the `successor` where that is there already, and the hint from the frames that are known. The hint may
   * fail: the mark alone will do.
   */
  async seal(directory: SegmentDirectory, isDurable: boolean, successor?: Segment): Promise<void> {
    if (!this.isSealed || successor !== undefined) await this.#writeEnd(isDurable, successor)
    await this.writeHint(directory)
    this.frames = undefined
  }

  /** Whether another has followed this segment, which ends at `length`: also where the end mark is damaged, and cannot tell. */
  async hasSuccessor(length: number): Promise<boolean> {
    const end = Buffer.alloc(FRAME_BYTES)
    await this.file.read(end, FRAME_BYTES, length)
    if (kindOf(readFrame(end, 0, this.seedAt(length))) !== KIND.end) return true
    return end.readUInt32LE(8) !== 0 || end.readUInt32LE(12) !== 0
  }

  /** Harmless where it fails: the segment is then read whole. */
  async writeHint(directory: SegmentDirectory): Promise<void> {
    if (this.frames === undefined) return
    const { idHigh, idLow, length, latestExpiry, frames } = this
    const bytes = await encodeHint({ idHigh, idLow, length, latestExpiry, frames })
    await directory.writeHint(this.sequence, bytes).catch(() => {})
  }

  /** Takes over what a hint or a scan has found. */
  adopt({ length, latestExpiry, frames }: Pick<Hint, 'length' | 'latestExpiry' | 'frames'>): void {
    this.length = length
    this.latestExpiry = latestExpiry
    this.count = frames.count
  }

  async #writeEnd(isDurable: boolean, { idHigh = 0, idLow = 0 }: Partial<Segment> = {}): Promise<void> {
    await this.mend()
    this.isSealed = false
    const end = Buffer.allocUnsafe(FRAME_BYTES)
    writeFrame(end, kindWord(KIND.end, 0), idHigh, idLow, this.seedAt(this.length))
    await this.#write([end], FRAME_BYTES, isDurable)
    this.isSealed = true
  }

  async #writeFrames(frames: readonly LogFrame[], length: number, isDurable: boolean): Promise<void> {
    try {
      await this.#write(
        frames.map(({ buffer }) => buffer),
        length,
        isDurable,
      )
    } catch (error) {
      if (!this.hasTorn) for (const frame of frames) frame.segment = 0
      throw error
    }
  }

  async #write(buffers: readonly Buffer[], length: number, isDurable: boolean): Promise<void> {
    this.hasTorn = true
    this.isSynced = false
    try {
      await this.file.write(buffers, length, this.length)
      if (isDurable) await this.sync()
      this.hasTorn = false
    } catch (error) {
      await this.mend().catch(() => {})
      throw error
    }
  }

  #place(frame: LogFrame, offset: number): void {
    frame.segment = this.sequence
    frame.offset = offset
    frame.seed = this.seedAt(offset)
    writeFrame(frame.buffer, frame.word, frame.high, frame.low, frame.seed)
  }

  #note({ high, low, offset, word, expiresAt }: LogFrame, now: number): void {
    this.frames?.add(high, low, offset, word)
    this.count++
    if (lengthOf(word) === 0) return
    // What has expired as it is written goes by another clock.
    this.latestExpiry = Math.max(this.latestExpiry, expiresAt <= now ? Infinity : expiresAt)
  }
}

/** A new and empty segment. Rejects where the disk does not take it: then there is none. */
export async function createSegment(directory: SegmentDirectory, sequence: number, seed: number): Promise<Segment> {
  const id = randomBytes(8)
  const [idHigh, idLow] = [id.readUInt32LE(0), id.readUInt32LE(4)]
  const file = await directory.create(sequence, segmentHeader({ seed, sequence, idHigh, idLow }))
  const segment = new Segment(sequence, idHigh, idLow, file)
  segment.frames = new FrameList()
  return segment
}

/** The segment of a file, or `undefined` where it is no segment of this number and directory. `isSynced`: it has reached the disk. */
export async function openSegment(
  directory: SegmentDirectory,
  sequence: number,
  seed: number,
  isSynced: boolean,
): Promise<Segment | undefined> {
  const file = await directory.open(sequence)
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES)
  try {
    const read = await file.read(bytes, SEGMENT_HEADER_BYTES, 0)
    const header = readSegmentHeader(bytes.subarray(0, read))
    if (header !== undefined && header.seed === seed >>> 0 && header.sequence === sequence) {
      const segment = new Segment(sequence, header.idHigh, header.idLow, file)
      segment.isSynced = isSynced
      segment.foundBytes = await directory.bytesOf(sequence)
      return segment
    }
    file.close()
    return undefined
  } catch (error) {
    file.close()
    throw error
  }
}
