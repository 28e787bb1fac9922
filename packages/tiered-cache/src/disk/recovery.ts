import { KIND, kindOf, lengthOf } from './frame.ts'
import type { FrameList } from './frame-list.ts'
import type { OwnedDirectory } from './owned-directory.ts'
import { openSegment, type Segment } from './segment.ts'
import { codeOf, type Listing, type SegmentDirectory } from './segment-directory.ts'
import { framesOf, type SegmentFrames } from './segment-frames.ts'
import type { SegmentIndex } from './segment-index.ts'
import type { SegmentMark } from './segment-mark.ts'
import type { Ending } from './segment-scan.ts'
import type { SegmentSet } from './segment-set.ts'
import { TimeSlice } from './time-slice.ts'

/** Faults that pass: they say nothing of what is on the disk. */
const PASSING: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EACCES', 'EPERM', 'EROFS', 'EAGAIN']

/** What {@link Recovery.begin} found besides segments. */
export interface Found {
  /** A number above all that there are, and were. */
  readonly next: number
  /** The newest segment, where the last owner died while it was active. */
  readonly active: Segment | undefined
  /** What was set aside, with its bytes. */
  readonly setAside: Map<string, number>
  readonly otherBytes: number
}

/** Acts on the log that nothing else may run beside. */
export interface LogDoor {
  /** Removes a segment and all that are older. */
  dropThrough(sequence: number): Promise<void>
  /** This segment, where it is still the oldest. */
  setOldestAside(segment: Segment): Promise<void>
  writeHint(segment: Segment): Promise<void>
}

/**
 * Reads what the last owner left, newest first, so that an entry is served as soon as it is known, and what is written meanwhile is
 * newer than all of it. Where a segment is missing or damaged, it and all that are older are dropped: it may have held what overwrote or
 * deleted an entry of theirs. Of a log that was closed the newest segment is known: where another is the newest, all are dropped.
 */
export class Recovery {
  readonly #owned: OwnedDirectory
  readonly #isDurable: boolean
  readonly #directory: SegmentDirectory
  readonly #segments: SegmentSet
  readonly #index: SegmentIndex
  readonly #setAside = new Map<string, number>()
  #newest: number | undefined
  #next = 1
  #isCancelled = false

  constructor(
    owned: OwnedDirectory,
    isDurable: boolean,
    directory: SegmentDirectory,
    segments: SegmentSet,
    index: SegmentIndex,
  ) {
    this.#owned = owned
    this.#isDurable = isDurable
    this.#directory = directory
    this.#segments = segments
    this.#index = index
  }

  /** What was set aside or dropped. */
  readonly losses: string[] = []

  /** All that must be known before the first write: which segments there are, and where the newest ends. */
  async begin(): Promise<Found> {
    const listing = await this.#directory.list()
    this.#index.beginRecovery()
    await this.#clearUp(listing)
    const [newest] = listing.segments
    this.#next = Math.max(newest ?? 0, this.#owned.cleanMark?.newest ?? 0) + 1
    if (this.#isUsable()) await this.#openAll(listing.segments)
    else await this.#drop(listing.segments)
    const active = await this.#readNewest()
    // Garbage that a loss of power left is told from damage by this start alone.
    if (!this.#owned.isSameBoot) await active?.mend()
    return { next: this.#next, active, setAside: this.#setAside, otherBytes: listing.otherBytes }
  }

  /** The rest, in slices. Never rejects: what cannot be read now is a miss until the next start. */
  async finish(door: LogDoor): Promise<void> {
    try {
      for (let sequence = (this.#newest ?? 0) - 1; !this.#isCancelled; sequence--) {
        const segment = this.#segments.get(sequence)
        if (segment === undefined || !(await this.#readSealed(segment, door))) break
      }
    } catch {
      // The files are as they were.
    }
    if (this.#isCancelled) return
    this.#index.endRecovery()
    const slice = new TimeSlice()
    for (const _ of this.#index.dropTombstones()) if (slice.isSpent()) await slice.rest()
  }

  /** From now on it changes nothing more. */
  cancel(): void {
    this.#isCancelled = true
  }

  /** A kernel that died may have lost any part of what was not synced. */
  #isUsable(): boolean {
    const { isFresh, wasClean, isSameBoot } = this.#owned
    return !isFresh && (wasClean || isSameBoot || this.#isDurable)
  }

  /** Keeps of what was set aside the latest. */
  async #clearUp({ strayHints, setAside, unfinished }: Listing): Promise<void> {
    for (const sequence of strayHints) await this.#directory.removeHint(sequence)
    for (const name of [...unfinished, ...setAside.slice(0, -1)]) await this.#directory.removeOther(name)
    for (const name of setAside.slice(-1)) this.#setAside.set(name, await this.#directory.bytesOfOther(name))
  }

  async #openAll(sequences: readonly number[]): Promise<void> {
    const mark = this.#owned.cleanMark
    for (const [at, sequence] of sequences.entries()) {
      if (this.#segments.isEmpty) this.#next = Math.max(sequence, mark?.newest ?? 0) + 1
      const follows = sequences[at + 1] === sequence - 1
      const isGap = !this.#segments.isEmpty && this.#segments.first !== sequence + 1
      const segment = isGap ? undefined : await this.#open(sequence)
      const isTrusted = !this.#segments.isEmpty || mark === undefined || isMarked(segment, mark)
      // None of ours: the one before it would be there as well.
      const isForeign = mark === undefined ? !follows && at + 1 < sequences.length : sequence > mark.newest
      if (segment !== undefined && isTrusted) this.#segments.add(segment)
      else if (segment === undefined && this.#segments.isEmpty && isForeign) await this.#setFileAside(sequence)
      else {
        segment?.file.close()
        return this.#drop(sequences.slice(at))
      }
    }
  }

  async #open(sequence: number): Promise<Segment | undefined> {
    const { wasClean } = this.#owned
    const isSynced = wasClean || this.#isDurable
    return unlessDamaged(() => openSegment(this.#directory, sequence, this.#owned.seed, isSynced))
  }

  async #readNewest(): Promise<Segment | undefined> {
    const { newest } = this.#segments
    if (newest === undefined) return undefined
    this.#newest = newest.sequence
    const found = await unlessDamaged(() => framesOf(newest, this.#directory, this.#ending()))
    const { cleanMark } = this.#owned
    if (found === undefined || (cleanMark !== undefined && found.length !== cleanMark.length)) {
      await this.#dropAll()
      return undefined
    }
    await this.#load(newest, found)
    if (found.isSealed) return undefined
    newest.frames = found.frames
    newest.hasTorn = true
    return newest
  }

  #ending(): Ending {
    const { wasClean, isSameBoot } = this.#owned
    if (wasClean) return 'whole'
    return isSameBoot ? 'cut' : 'garbage'
  }

  /** False where there is no more to be read. */
  async #readSealed(segment: Segment, door: LogDoor): Promise<boolean> {
    const found = await unlessDamaged(() => framesOf(segment, this.#directory, 'whole'))
    if (this.#isCancelled) return false
    if (found === undefined) {
      await door.dropThrough(segment.sequence - 1)
      await door.setOldestAside(segment)
      this.#lost(segment.sequence)
      return false
    }
    await this.#load(segment, found)
    if (!found.isHinted && !this.#isCancelled) {
      segment.frames = found.frames
      await door.writeHint(segment)
      segment.frames = undefined
    }
    return true
  }

  async #load(segment: Segment, { frames, length, latestExpiry, isSealed }: SegmentFrames): Promise<void> {
    const slice = new TimeSlice()
    for (let at = frames.count - 1; at >= 0; at--) {
      this.#recover(segment, frames, at)
      if (!slice.isOver()) continue
      await slice.rest()
      if (this.#isCancelled || this.#segments.get(segment.sequence) !== segment) return
    }
    segment.adopt({ frames, length, latestExpiry })
    segment.isSealed = isSealed
  }

  #recover(segment: Segment, frames: FrameList, at: number): void {
    const word = frames.word(at)
    const length = kindOf(word) === KIND.value ? lengthOf(word) : 0
    this.#index.recover(frames.high(at), frames.low(at), segment.sequence, frames.offset(at), length)
  }

  async #dropAll(): Promise<void> {
    const sequences = this.#segments.numbers
    this.#segments.closeAll()
    await this.#drop(sequences.toSorted((one, other) => other - one))
  }

  /**
   * Removes files, newest first in the list. The oldest leave first: what is cut off in between is still a log that lacks its oldest.
   * The first of the list, which is why, is set aside.
   */
  async #drop(sequences: readonly number[]): Promise<void> {
    const [first, ...older] = sequences
    if (first === undefined) return
    for (const sequence of older.toReversed()) await this.#directory.remove(sequence)
    if (this.#isUsable()) await this.#setFileAside(first)
    else await this.#directory.remove(first)
  }

  async #setFileAside(sequence: number): Promise<void> {
    for (const name of this.#setAside.keys()) await this.#directory.removeOther(name)
    this.#setAside.clear()
    const aside = await this.#directory.setAside(sequence)
    if (aside !== undefined) this.#setAside.set(aside.name, aside.bytes)
    this.#lost(sequence)
  }

  #lost(sequence: number): void {
    this.losses.push(`segment ${sequence} is damaged or foreign: it was set aside, and nothing older is read`)
  }
}

function isMarked(segment: Segment | undefined, { newest, idHigh, idLow }: SegmentMark): boolean {
  return segment?.sequence === newest && segment.idHigh === idHigh && segment.idLow === idLow
}

async function unlessDamaged<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (PASSING.includes(codeOf(error))) throw error
    return undefined
  }
}
