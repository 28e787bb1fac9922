import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openSegmentFile, type SegmentFile } from './segment-file.ts'
import { syncDirectory } from './sync-directory.ts'

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

/** The files of segments in an owner's directory: `12.seg`, its hint `12.hint`, and at most one that was set aside, `12.seg.bad`. */
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

  /** A new segment file, which has its header from the first moment that it is there. A directory that was removed is made again. */
  async create(sequence: number, header: Buffer): Promise<SegmentFile> {
    const name = join(this.path, `${sequence}.seg.tmp`)
    const file = await this.#create(name)
    try {
      await file.write([header], header.length, 0)
      if (this.#isDurable) await file.sync()
      await rename(name, this.#segment(sequence))
      await this.#sync()
      return file
    } catch (error) {
      file.close()
      await rm(name, { force: true }).catch(() => {})
      throw error
    }
  }

  open(sequence: number): Promise<SegmentFile> {
    return openSegmentFile(this.#segment(sequence), 'r+')
  }

  /** Of a segment with its hint. */
  async bytesOf(sequence: number): Promise<number> {
    return (await sizeOf(this.#segment(sequence))) + (await sizeOf(this.#hint(sequence)))
  }

  /** A segment with its hint. Harmless where they are gone. */
  async remove(sequence: number): Promise<void> {
    await rm(this.#segment(sequence), { force: true })
    await rm(this.#hint(sequence), { force: true })
    await this.#sync()
  }

  /** Resolves when the coming and going of files has reached the disk. */
  sync(): Promise<void> {
    return syncDirectory(this.path)
  }

  removeHint(sequence: number): Promise<void> {
    return rm(this.#hint(sequence), { force: true })
  }

  /** A file beside the segments. Harmless where it is gone. */
  removeOther(name: string): Promise<void> {
    return rm(join(this.path, name), { force: true })
  }

  /** Of a file beside the segments. */
  bytesOfOther(name: string): Promise<number> {
    return sizeOf(join(this.path, name))
  }

  /** Keeps a damaged segment to be looked at; its name, and how many bytes it has. */
  async setAside(sequence: number): Promise<{ readonly name: string; readonly bytes: number }> {
    const name = `${sequence}.seg.bad`
    await rename(this.#segment(sequence), join(this.path, name))
    await rm(this.#hint(sequence), { force: true })
    await this.#sync()
    return { name, bytes: await sizeOf(join(this.path, name)) }
  }

  async writeHint(sequence: number, bytes: Buffer): Promise<void> {
    try {
      await writeFile(this.#hint(sequence), bytes, { mode: 0o600 })
    } catch (error) {
      await this.removeHint(sequence).catch(() => {})
      throw error
    }
  }

  /** `undefined` where there is none that can be read. */
  async readHint(sequence: number): Promise<Buffer | undefined> {
    try {
      return await readFile(this.#hint(sequence))
    } catch {
      return undefined
    }
  }

  async #create(name: string): Promise<SegmentFile> {
    try {
      return await openSegmentFile(name, 'w+')
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
      await mkdir(this.path, { recursive: true, mode: 0o700 })
      return openSegmentFile(name, 'w+')
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

/** The `code` of an error of the disk, or ''. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? ''
}

async function sizeOf(path: string): Promise<number> {
  try {
    const stats = await stat(path)
    return stats.size
  } catch {
    return 0
  }
}

function numberOf(name: string): readonly (readonly [number, string])[] {
  const [, number, kind] = DATA_NAME.exec(name) ?? []
  return number === undefined || kind === undefined ? [] : [[Number(number), kind]]
}
