import type { SegmentDirectory } from './segment-directory.ts'

/** The damaged segment files of a directory that are kept to be looked at: the latest one. */
export class SetAside {
  readonly #directory: SegmentDirectory
  readonly #bytes = new Map<string, number>()

  constructor(directory: SegmentDirectory) {
    this.#directory = directory
  }

  /** On the disk. */
  get bytes(): number {
    let sum = 0
    for (const bytes of this.#bytes.values()) sum += bytes
    return sum
  }

  /** Of the files that the last owner has set aside, the newest last, the latest is kept. */
  async adopt(names: readonly string[]): Promise<void> {
    for (const name of names.slice(0, -1)) await this.#directory.removeOther(name)
    for (const name of names.slice(-1)) this.#bytes.set(name, await this.#directory.bytesOfOther(name))
  }

  /** Sets the file of a segment aside; another that was, leaves. */
  async put(sequence: number): Promise<void> {
    while (await this.removeOne());
    const aside = await this.#directory.setAside(sequence)
    if (aside !== undefined) this.#bytes.set(aside.name, aside.bytes)
  }

  /** Makes room. False where there is none. */
  async removeOne(): Promise<boolean> {
    const [name] = this.#bytes.keys()
    if (name === undefined) return false
    await this.#directory.removeOther(name)
    this.#bytes.delete(name)
    return true
  }
}
