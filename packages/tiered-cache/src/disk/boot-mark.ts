import { open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { bootId, isSameBoot } from './boot-id.ts'
import { syncDirectory } from './sync-directory.ts'

/**
 * A file that says under which boot something was last written and not closed: where it names another, the machine went down in
 * the middle, and acknowledged writes may be gone.
 */
export class BootMark {
  readonly #file: string

  constructor(file: string) {
    this.#file = file
  }

  /** Whether there is one of an earlier boot: the machine went down in the middle. */
  async isOfEarlierBoot(): Promise<boolean> {
    const marked = await this.#read()
    return marked !== undefined && !isSameBoot(marked, bootId())
  }

  /** Lasts over a loss of power when it resolves. */
  async set(): Promise<void> {
    const marked = await this.#read()
    if (marked !== undefined && isSameBoot(marked, bootId())) return
    const handle = await open(this.#file, 'w', 0o600)
    try {
      await handle.writeFile(bootId())
      await handle.sync()
    } finally {
      await handle.close()
    }
    await syncDirectory(dirname(this.#file))
  }

  async remove(): Promise<void> {
    await rm(this.#file, { force: true })
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#file, 'latin1')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
}
