import { damagedLoss } from './log-loss.ts'
import { loadFrames } from './load-frames.ts'
import type { Segment } from './segment.ts'
import type { SegmentDirectory } from './segment-directory.ts'
import { framesOf } from './segment-frames.ts'
import type { SegmentIndex } from './segment-index.ts'
import type { SegmentSet } from './segment-set.ts'
import { TimeSlice } from './time-slice.ts'
import { UnhurriedPause } from './unhurried-pause.ts'
import { unlessDamaged } from './unless-damaged.ts'

/** Acts on the log that nothing else may run beside. */
export interface LogDoor {
  /** Removes a segment and all that are older. */
  dropThrough(sequence: number): Promise<void>
  /** This segment, where it is still the oldest. */
  setOldestAside(segment: Segment): Promise<void>
  writeHint(segment: Segment): Promise<void>
}

/**
 * Reads what the last owner left below its newest segment, newest first, so that an entry is served as soon as it is known, and what is
 * written meanwhile is newer than all of it. Where a segment is damaged, it and all that are older are dropped.
 */
export class Recovery {
  readonly #directory: SegmentDirectory
  readonly #segments: SegmentSet
  readonly #index: SegmentIndex
  readonly #tell: (loss: string) => void
  readonly #newest: number
  #isCancelled = false

  /** `lost` is told what is dropped, in sentences. The newest segment is in the index. */
  constructor(directory: SegmentDirectory, segments: SegmentSet, index: SegmentIndex, lost: (loss: string) => void) {
    this.#directory = directory
    this.#segments = segments
    this.#index = index
    this.#tell = lost
    this.#newest = segments.newest?.sequence ?? 0
  }

  /**
   * In slices. Never rejects: what cannot be read now is a miss until the next start. Keeps no process alive: the files are as they were.
   */
  async finish(door: LogDoor): Promise<void> {
    const pause = new UnhurriedPause()
    try {
      for (let sequence = this.#newest - 1; !this.#isCancelled; sequence--) {
        await pause.take()
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

  /** False where there is no more to be read. */
  async #readSealed(segment: Segment, door: LogDoor): Promise<boolean> {
    const found = await unlessDamaged(() => framesOf(segment, this.#directory, 'whole'))
    // One that left as it was read is no damaged one.
    if (!this.#isWanted(segment)) return false
    if (found === undefined) {
      await door.dropThrough(segment.sequence - 1)
      await door.setOldestAside(segment)
      this.#tell(damagedLoss(segment.sequence))
      return false
    }
    await loadFrames(segment, found, this.#index, () => this.#isWanted(segment))
    if (!found.isHinted && this.#isWanted(segment)) {
      segment.frames = found.frames
      await door.writeHint(segment)
      segment.frames = undefined
    }
    return true
  }

  #isWanted(segment: Segment): boolean {
    return !this.#isCancelled && this.#segments.get(segment.sequence) === segment
  }
}
