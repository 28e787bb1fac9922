import { damagedLoss, missingLoss } from './log-loss.ts'
import { loadFrames } from './load-frames.ts'
import type { OwnedDirectory } from './owned-directory.ts'
import { openSegment, type Segment } from './segment.ts'
import type { Listing, SegmentDirectory } from './segment-directory.ts'
import { framesOf, type SegmentFrames } from './segment-frames.ts'
import type { SegmentIndex } from './segment-index.ts'
import { NOTHING_KEPT, type SegmentMark } from './segment-mark.ts'
import type { Ending } from './segment-scan.ts'
import type { SegmentSet } from './segment-set.ts'
import { SetAside } from './set-aside.ts'
import { unlessDamaged } from './unless-damaged.ts'

/** What {@link LogOpening} found besides segments. */
export interface Found {
  /** Of the segment that is made next: the one after the newest that is kept, else one above all that there were. */
  readonly next: number
  /** The newest segment, where the last owner died while it was active. */
  readonly active: Segment | undefined
  readonly setAside: SetAside
  readonly otherBytes: number
}

/**
 * Finds out which segments the last owner left, and how the newest ends: all that must be known before the first write. What cannot be
 * trusted leaves with all that is older, since it may have held what overwrote or deleted an entry of theirs.
 *
 * The newest one is known, so that it is missed where it is gone: a log that was closed says in its mark which it is, any other in the
 * end mark of the one before it.
 */
export class LogOpening {
  readonly #owned: OwnedDirectory
  readonly #directory: SegmentDirectory
  readonly #segments: SegmentSet
  readonly #index: SegmentIndex
  readonly #tell: (loss: string) => void
  readonly #setAside: SetAside
  #next = 1

  /** `lost` is told what is dropped, in sentences. */
  constructor(
    owned: OwnedDirectory,
    directory: SegmentDirectory,
    segments: SegmentSet,
    index: SegmentIndex,
    lost: (loss: string) => void,
  ) {
    this.#owned = owned
    this.#directory = directory
    this.#segments = segments
    this.#index = index
    this.#tell = lost
    this.#setAside = new SetAside(directory)
  }

  /** Rejects where the disk fails: then the next opening finds no less that is not to be trusted. */
  async find(): Promise<Found> {
    const listing = await this.#directory.list()
    await this.#clearUp(listing)
    const [newest] = listing.segments
    this.#next = Math.max(newest ?? 0, this.#owned.cleanMark?.newest ?? 0) + 1
    if (this.#isUsable()) await this.#openAll(listing.segments)
    else await this.#drop(listing.segments)
    const active = await this.#readNewest()
    // Garbage that a loss of power left is told from damage by this start alone.
    if (!this.#owned.isSameBoot) await active?.mend()
    // Without a gap, whatever was removed: what is older than one is dropped at the next start.
    const next = (this.#segments.newest?.sequence ?? this.#next - 1) + 1
    return { next, active, setAside: this.#setAside, otherBytes: listing.otherBytes }
  }

  /** A kernel that died may have lost any part of what was not synced. */
  #isUsable(): boolean {
    const { isFresh, wasClean, isSameBoot, wasSynced } = this.#owned
    return !isFresh && (wasClean || isSameBoot || wasSynced)
  }

  async #clearUp({ strayHints, setAside, unfinished }: Listing): Promise<void> {
    for (const sequence of strayHints) await this.#directory.removeHint(sequence)
    for (const name of unfinished) await this.#directory.removeOther(name)
    await this.#setAside.adopt(setAside)
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
    const { wasClean, wasSynced, seed } = this.#owned
    return unlessDamaged(() => openSegment(this.#directory, sequence, seed, wasClean || wasSynced))
  }

  /** Reads the newest segment; answers it where it is still active. */
  async #readNewest(): Promise<Segment | undefined> {
    const { newest } = this.#segments
    if (newest === undefined) return undefined
    const found = await this.#framesOf(newest)
    if (found !== undefined && (await this.#isUnbegun(newest, found))) return this.#readNewest()
    const { cleanMark } = this.#owned
    if (found === undefined || (cleanMark !== undefined && found.length !== cleanMark.length)) {
      await this.#dropAll()
      return undefined
    }
    if (found.isSealed && !this.#owned.wasClean && (await newest.hasSuccessor(found.length))) {
      await this.#dropBefore(newest.sequence + 1)
      return undefined
    }
    await loadFrames(newest, found, this.#index, () => true)
    if (found.isSealed) return undefined
    newest.frames = found.frames
    newest.hasTorn = true
    return newest
  }

  #framesOf(segment: Segment): Promise<SegmentFrames | undefined> {
    return unlessDamaged(() => framesOf(segment, this.#directory, this.#ending()))
  }

  #ending(): Ending {
    const { wasClean, isSameBoot } = this.#owned
    if (wasClean) return 'whole'
    return isSameBoot ? 'cut' : 'garbage'
  }

  /**
   * Its owner died after it was made and before the end mark of the one before it named it, which is then still the active one, or is
   * sealed without a name. It leaves: nothing was ever written to it, and without the name nobody would miss it.
   */
  async #isUnbegun(newest: Segment, { frames, isSealed }: SegmentFrames): Promise<boolean> {
    const before = this.#segments.get(newest.sequence - 1)
    if (this.#owned.wasClean || isSealed || frames.count > 0 || before === undefined) return false
    const found = await this.#framesOf(before)
    if (found === undefined || (found.isSealed && (await before.hasSuccessor(found.length)))) return false
    await this.#directory.remove(newest.sequence)
    this.#segments.removeNewest()
    return true
  }

  async #dropAll(): Promise<void> {
    const { numbers } = this.#segments
    this.#segments.closeAll()
    await this.#drop(numbers.toSorted((one, other) => other - one))
  }

  /** All are older than one that is missing. */
  async #dropBefore(sequence: number): Promise<void> {
    const { numbers } = this.#segments
    this.#segments.closeAll()
    for (const each of numbers.toSorted((one, other) => one - other)) await this.#directory.remove(each)
    this.#tell(missingLoss(sequence))
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
    await this.#setAside.put(sequence)
    // Where the last owner has said that nothing is kept, that is no damage.
    if (this.#owned.cleanMark?.newest !== NOTHING_KEPT.newest) this.#tell(damagedLoss(sequence))
  }
}

function isMarked(segment: Segment | undefined, { newest, idHigh, idLow }: SegmentMark): boolean {
  return segment?.sequence === newest && segment.idHigh === idHigh && segment.idLow === idLow
}
