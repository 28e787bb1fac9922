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
  /** The machine has not been started anew since its last owner took it. True where the directory is fresh. */
  readonly isSameBoot: boolean
  /** Writes that all is on the disk as it is to be: the last act before {@link release}, when the data has been synced. */
  markClean(): Promise<void>
  /** Frees the directory for the next owner. Harmless when repeated; never rejects. */
  release(): Promise<void>
}
