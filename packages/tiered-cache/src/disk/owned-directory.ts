import type { SegmentMark } from './segment-mark.ts'

/** What happens where another process, or another tier of this one, owns a directory: the tier takes a sub-directory of its own, or refuses. */
export type WhenOwned = 'subdirectory' | 'error'

/** A directory that belongs to one owner, this one, until it is released or the process ends in any way. */
export interface OwnedDirectory {
  /** Absolute. All files of the owner lie in it; `owner.lock` in it is never to be opened: see {@link takeDirectory}. */
  readonly path: string
  /** Nothing of an earlier owner is in it, or nothing that can be used: it holds no segment and no hint file. */
  readonly isFresh: boolean
  /** Seeds the hashes of keys: 32 bits, the same as long as the directory lives. */
  readonly seed: number
  /** Its last owner closed it: {@link markClean} was its last act. True where the directory is fresh. */
  readonly wasClean: boolean
  /** How its last owner said that the log ended, where it closed it. */
  readonly cleanMark: SegmentMark | undefined
  /** The machine has not been started anew since its last owner took it. True where the directory is fresh. */
  readonly isSameBoot: boolean
  /** What its last owner acknowledged had reached the disk, also where that was not closed. True where the directory is fresh. */
  readonly wasSynced: boolean
  /**
   * Whether the directory is still in its place, and its lock. Without it nobody finds at the next start what is written from now on,
   * and another may own the place. One look at the disk.
   */
  isHeld(): Promise<boolean>
  /**
   * Writes that this owner has looked at what is there and begins to write: the mark of its last owner counts no more, nor does a start
   * of the machine since. Until then the next owner knows as much as this one, however often a process is killed. For a durable owner
   * what is there has reached the disk by now.
   */
  markUsable(): Promise<void>
  /** Writes that all is on the disk as it is to be: the last act before {@link release}, when the data has been synced. */
  markClean(mark: SegmentMark): Promise<void>
  /**
   * Keeps everyone from taking over what lies in the place of a directory that is not held: it lacks what was written since. Never
   * rejects.
   */
  renounce(): Promise<void>
  /** Frees the directory for the next owner. Harmless when repeated; never rejects. */
  release(): Promise<void>
}
