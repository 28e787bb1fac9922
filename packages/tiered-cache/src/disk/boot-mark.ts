import { readFile, rm } from 'node:fs/promises'
import { bootId, isSameBoot } from './boot-id.ts'
import { codeOf } from './disk-error.ts'
import { replaceSynced } from './synced-file.ts'

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
    await replaceSynced(this.#file, `${this.#file}.tmp`, bootId())
  }

  async remove(): Promise<void> {
    await rm(this.#file, { force: true })
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#file, 'latin1')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }
}
