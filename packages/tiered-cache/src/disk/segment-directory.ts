import { lstat, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from './disk-error.ts'
import { isPlainFile, makeInPlace, moveOver, removePath } from './owner-path.ts'
import { openSegmentFile, type SegmentFile } from './segment-file.ts'
import { syncDirectory } from './synced-file.ts'

const DATA_NAME = /^([1-9]\d{0,8})\.(seg|hint)$/
const BAD_NAME = /^\d+\.seg\.bad$/
/** Left of a file that was being written. */
const TEMPORARY_NAME = /^\d+\.(seg|hint)\.tmp$/

/** The files of an owner's directory. */
export interface Listing {
  /** Numbers of the segment files, newest first. */
  readonly segments: readonly number[]
  /** Numbers of hint files without a segment. */
  readonly strayHints: readonly number[]
  /** Files that were set aside, the newest last. */
  readonly setAside: readonly string[]
  /** Files that were never finished. */
  readonly unfinished: readonly string[]
  /** Bytes of all the rest. */
  readonly otherBytes: number
}

/**
 * The files of segments in an owner's directory: `12.seg`, its hint `12.hint`, and at most one that was set aside, `12.seg.bad`. What
 * lies at one of these names and is no file is none of ours: it leaves, and is neither read nor written through.
 */
export class SegmentDirectory {
  readonly path: string
  readonly #isDurable: boolean

  constructor(path: string, isDurable: boolean) {
    this.path = path
    this.#isDurable = isDurable
  }

  async list(): Promise<Listing> {
    const names = await readdir(this.path)
    const numbered = names.flatMap((name) => numberOf(name))
    const segments = numbered.filter(([, kind]) => kind === 'seg').map(([number]) => number)
    const hints = numbered.filter(([, kind]) => kind === 'hint').map(([number]) => number)
    const known = new Set(segments)
    const others = names.filter((name) => !DATA_NAME.test(name) && !BAD_NAME.test(name) && !TEMPORARY_NAME.test(name))
    const sizes = await Promise.all(others.map((name) => sizeOf(join(this.path, name))))
    return {
      segments: segments.toSorted((one, other) => other - one),
      strayHints: hints.filter((number) => !known.has(number)),
      setAside: names
        .filter((name) => BAD_NAME.test(name))
        .toSorted((one, other) => Number.parseInt(one, 10) - Number.parseInt(other, 10)),
      unfinished: names.filter((name) => TEMPORARY_NAME.test(name)),
      otherBytes: sizes.reduce((sum, size) => sum + size, 0),
    }
  }

  /** A new segment file, which has its header from the first moment that it is there. */
  async create(sequence: number, header: Buffer): Promise<SegmentFile> {
    const name = join(this.path, `${sequence}.seg.tmp`)
    const file = await makeInPlace(name, () => openSegmentFile(name, 'wx+'))
    try {
      await file.write([header], header.length, 0)
      if (this.#isDurable) await file.sync()
      await moveOver(name, this.#segment(sequence))
      await this.#sync()
      return file
    } catch (error) {
      file.close()
      await removePath(name).catch(() => {})
      throw error
    }
  }

  /** Rejects where there is no file. */
  async open(sequence: number): Promise<SegmentFile> {
    const path = this.#segment(sequence)
    if (!(await isPlainFile(path))) throw new Error(`${path} must be a file`)
    return openSegmentFile(path, 'r+')
  }

  /** Whether the file of a segment is the one at its name: without it the next start finds another, or none. */
  async isInPlace(sequence: number, file: SegmentFile): Promise<boolean> {
    try {
      const [own, found] = await Promise.all([file.stats(), lstat(this.#segment(sequence))])
      return own.ino === found.ino && own.dev === found.dev
    } catch (error) {
      return codeOf(error) !== 'ENOENT'
    }
  }

  /** Of a segment with its hint. */
  async bytesOf(sequence: number): Promise<number> {
    return (await sizeOf(this.#segment(sequence))) + (await sizeOf(this.#hint(sequence)))
  }

  /** A segment with its hint. Harmless where they are gone. */
  async remove(sequence: number): Promise<void> {
    await removePath(this.#segment(sequence))
    await removePath(this.#hint(sequence))
    await this.#sync()
  }

  /** Resolves when the coming and going of files has reached the disk. */
  sync(): Promise<void> {
    return syncDirectory(this.path)
  }

  removeHint(sequence: number): Promise<void> {
    return removePath(this.#hint(sequence))
  }

  /** A file beside the segments. Harmless where it is gone. */
  removeOther(name: string): Promise<void> {
    return removePath(join(this.path, name))
  }

  /** Of a file beside the segments. */
  bytesOfOther(name: string): Promise<number> {
    return sizeOf(join(this.path, name))
  }

  /** Keeps a damaged segment to be looked at; its name, and how many bytes it has. `undefined` where there is no file. */
  async setAside(sequence: number): Promise<{ readonly name: string; readonly bytes: number } | undefined> {
    const name = `${sequence}.seg.bad`
    const isFile = await isPlainFile(this.#segment(sequence))
    if (isFile) await moveOver(this.#segment(sequence), join(this.path, name))
    else await removePath(this.#segment(sequence))
    await removePath(this.#hint(sequence))
    await this.#sync()
    if (!isFile) return undefined
    return { name, bytes: await sizeOf(join(this.path, name)) }
  }

  async writeHint(sequence: number, bytes: Buffer): Promise<void> {
    try {
      const path = this.#hint(sequence)
      await makeInPlace(path, () => writeFile(path, bytes, { mode: 0o600, flag: 'wx' }))
    } catch (error) {
      await this.removeHint(sequence).catch(() => {})
      throw error
    }
  }

  /** `undefined` where there is none that can be read. */
  async readHint(sequence: number): Promise<Buffer | undefined> {
    try {
      if (!(await isPlainFile(this.#hint(sequence)))) return undefined
      return await readFile(this.#hint(sequence))
    } catch {
      return undefined
    }
  }

  async #sync(): Promise<void> {
    if (this.#isDurable) await this.sync()
  }

  #segment(sequence: number): string {
    return join(this.path, `${sequence}.seg`)
  }

  #hint(sequence: number): string {
    return join(this.path, `${sequence}.hint`)
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const stats = await lstat(path)
    return stats.size
  } catch {
    return 0
  }
}

function numberOf(name: string): readonly (readonly [number, string])[] {
  const [, number, kind] = DATA_NAME.exec(name) ?? []
  return number === undefined || kind === undefined ? [] : [[Number(number), kind]]
}
