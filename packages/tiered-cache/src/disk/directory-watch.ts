import type { OwnedDirectory } from './owned-directory.ts'

/** How long somebody may have removed or replaced the directory, or the file of the active segment, before a write finds out. */
const LONGEST_UNSEEN_MS = 100

/** The directory is not in its place any more: what is written into it, nobody finds. */
export class DirectoryGone extends Error {
  override readonly name = 'DirectoryGone'
}

/** Looks now and then whether a directory is still in its place. */
export class DirectoryWatch {
  readonly #owned: OwnedDirectory
  #seenAt = performance.now()

  constructor(owned: OwnedDirectory) {
    this.#owned = owned
  }

  /** The last look is so long ago that another is due. */
  get isDue(): boolean {
    return performance.now() - this.#seenAt >= LONGEST_UNSEEN_MS
  }

  /** Rejects with {@link DirectoryGone}: then nobody takes over what lies in its place. */
  async assertHeld(): Promise<void> {
    if (!(await this.#owned.isHeld())) {
      await this.#owned.renounce()
      throw new DirectoryGone(`${this.#owned.path} was removed or replaced`)
    }
    this.#seenAt = performance.now()
  }
}
