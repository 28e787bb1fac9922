import { close, fdatasync, fstat, ftruncate, open, read, readSync, type Stats, writev } from 'node:fs'

const MODE = 0o600

/** The file of a segment, open. It is closed when the last read that is under way has ended: its number may then be another file's. */
export class SegmentFile {
  readonly #descriptor: number
  #reads = 0
  #isClosing = false

  /** Takes over an open file. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor
  }

  /** The bytes read: fewer than asked for at the end of the file. @throws the error of the disk */
  readSync(buffer: Buffer, length: number, offset: number): number {
    if (this.#isClosing) throw new Error('the segment is closed')
    return readSync(this.#descriptor, buffer, 0, length, offset)
  }

  /** As {@link readSync}, by a thread. */
  read(buffer: Buffer, length: number, offset: number): Promise<number> {
    if (this.#isClosing) return Promise.reject(new Error('the segment is closed'))
    this.#reads++
    return new Promise((resolve, reject) => {
      read(this.#descriptor, buffer, 0, length, offset, (error, bytes) => {
        this.#endRead()
        if (error === null) resolve(bytes)
        else reject(error)
      })
    })
  }

  /** Rejects also where only a part of it was written. */
  write(buffers: readonly Buffer[], length: number, offset: number): Promise<void> {
    return new Promise((resolve, reject) => {
      writev(this.#descriptor, buffers, offset, (error, bytes) => {
        if (error !== null) reject(error)
        else if (bytes === length) resolve()
        else reject(new Error('the disk took a part of a write'))
      })
    })
  }

  truncate(length: number): Promise<void> {
    return settled((done) => ftruncate(this.#descriptor, length, done))
  }

  /** Resolves when the data has reached the disk. */
  sync(): Promise<void> {
    return settled((done) => fdatasync(this.#descriptor, done))
  }

  async size(): Promise<number> {
    return (await this.stats()).size
  }

  stats(): Promise<Stats> {
    if (this.#isClosing) return Promise.reject(new Error('the segment is closed'))
    this.#reads++
    return new Promise((resolve, reject) => {
      fstat(this.#descriptor, (error, stats) => {
        this.#endRead()
        if (error === null) resolve(stats)
        else reject(error)
      })
    })
  }

  close(): void {
    this.#isClosing = true
    if (this.#reads === 0) close(this.#descriptor, () => {})
  }

  #endRead(): void {
    this.#reads--
    if (this.#isClosing) this.close()
  }
}

/** `wx+` makes it, where nothing is; `r+` opens it. */
export function openSegmentFile(path: string, flags: 'wx+' | 'r+'): Promise<SegmentFile> {
  return new Promise((resolve, reject) => {
    open(path, flags, MODE, (error, descriptor) => {
      if (error === null) resolve(new SegmentFile(descriptor))
      else reject(error)
    })
  })
}

function settled(act: (done: (error: NodeJS.ErrnoException | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => act((error) => (error === null ? resolve() : reject(error))))
}
