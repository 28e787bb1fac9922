import {
  closeSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

const LF = 10
const LF_BYTES = Buffer.from('\n')

const TORN_LOOKS = 20
const FOREIGN_WRITE_MS = 5
const SLEEP = new Int32Array(new SharedArrayBuffer(4))

// A number does not tell two neighbours apart on Windows, where the inode has 64 bits.
const STAT = { bigint: process.platform === 'win32' }
const STAT_OR_NONE = { ...STAT, throwIfNoEntry: false }

/** A file of whole lines, open for appending, that others may append to, move away, empty or remove at any time. */
export class LogFile {
  readonly path: string
  #file = -1
  #inode: number | bigint = 0
  #device: number | bigint = 0
  #endsTorn = false
  /** Bytes of the file, at the last look and with what was appended since. */
  size = 0
  /** What the last `append` that took less than all met. */
  fault: unknown

  constructor(path: string) {
    this.path = path
  }

  /**
   * Sees to it that what is open is the file that now has the path, which is made where there is none, its directory
   * too; and learns its size.
   * @throws what the file system throws; then nothing is open
   */
  look(): void {
    const stats = this.#file === -1 ? undefined : statSync(this.path, STAT_OR_NONE)
    if (stats !== undefined && stats.ino === this.#inode && stats.dev === this.#device) {
      this.#follow(Number(stats.size))
    } else {
      this.close()
      this.#open()
    }
  }

  /** Whether the path still leads to the file that is open. */
  isCurrent(): boolean {
    const stats = statSync(this.path, STAT_OR_NONE)
    return stats !== undefined && stats.ino === this.#inode && stats.dev === this.#device
  }

  /**
   * Appends whole lines. Answers how many bytes are in the file for good, always whole lines; fewer than given after a
   * `fault`. Begins a new line where another's last one is torn.
   */
  append(lines: Buffer): number {
    let done = 0
    try {
      if (this.#endsTorn) this.#endLine()
      while (done < lines.length) done += appendSome(this.#file, lines, done)
    } catch (error) {
      this.fault = error
      done = this.#cutBack(lines, done)
    }
    this.size += done
    return done
  }

  close(): void {
    const file = this.#file
    if (file === -1) return
    this.#file = -1
    try {
      closeSync(file)
    } catch {
      // The system has let go of it all the same, and what was written is not ours to fetch back.
    }
  }

  #open(): void {
    const file = openForAppending(this.path)
    try {
      const stats = fstatSync(file, STAT)
      this.#inode = stats.ino
      this.#device = stats.dev
      this.size = Number(stats.size)
      this.#endsTorn = !endsWithLine(file, this.size)
      this.#file = file
    } catch (error) {
      closeSync(file)
      throw error
    }
  }

  /** Takes over the size. Another who was killed in the middle of a write has left a torn line there. */
  #follow(size: number): void {
    if (size !== this.size && !endsWithLine(this.#file, size)) this.#endsTorn = true
    this.size = size
  }

  #endLine(): void {
    if (staysTorn(this.#file)) this.size += writeSync(this.#file, LF_BYTES)
    this.#endsTorn = false
  }

  /** Removes the torn end that a write of `done` bytes has left; answers the bytes that stay. */
  #cutBack(lines: Buffer, done: number): number {
    const whole = done === 0 ? 0 : lines.lastIndexOf(LF, done - 1) + 1
    if (whole === done) return done
    this.#endsTorn = true
    try {
      // Only where nobody has appended meanwhile is the end of the file ours.
      if (fstatSync(this.#file).size === this.size + done) {
        ftruncateSync(this.#file, this.size + whole)
        this.#endsTorn = false
      }
    } catch {
      // It stays, and the next line begins behind an LF.
    }
    return whole
  }
}

/** Read and append, as the last byte is looked at; append alone where reading is forbidden. */
function openForAppending(path: string): number {
  try {
    return openSync(path, 'a+')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES') return openSync(path, 'a')
    if (code !== 'ENOENT') throw error
    mkdirSync(dirname(path), { recursive: true })
    return openSync(path, 'a+')
  }
}

function appendSome(file: number, bytes: Buffer, from: number): number {
  const written = writeSync(file, bytes, from)
  if (written > 0) return written
  throw Object.assign(new Error('nothing was written'), { code: 'EIO' })
}

/**
 * Whether the last line is torn for good. The middle of another process's write looks the same, and an LF put there
 * would become an empty line behind it: torn is what is as long when every write that had begun has ended.
 */
function staysTorn(file: number): boolean {
  let last = -1
  for (let looks = 0; looks < TORN_LOOKS; looks++) {
    const { size, mode } = fstatSync(file)
    if (endsWithLine(file, size)) return false
    if (size === last) return true
    last = size
    awaitWrites(file, mode)
  }
  return true
}

/** Setting the mode, to what it is, takes the lock of the file that a write holds from its first byte to its last. */
function awaitWrites(file: number, mode: number): void {
  try {
    fchmodSync(file, mode & 0o7777)
  } catch {
    // Not our file, or Windows: time must do.
    Atomics.wait(SLEEP, 0, 0, FOREIGN_WRITE_MS)
  }
}

function endsWithLine(file: number, size: number): boolean {
  if (size === 0) return true
  const last = Buffer.alloc(1)
  try {
    return readSync(file, last, 0, 1, size - 1) === 0 || last[0] === LF
  } catch {
    // Not to be read: then it is taken as it is.
    return true
  }
}
