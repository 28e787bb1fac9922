import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** What the disk does instead of a write. */
export type Failure = 'nothing' | 'a half' | 'a half that cannot be cut off'

const real = { writev: fs.writev, ftruncate: fs.ftruncate, readSync: fs.readSync, read: fs.read, unlink: fs.unlink }

/** From now on every write of this process through `fs.writev` fails, until {@link healDisk}. */
export function failWrites(failure: Failure): void {
  const full = (): NodeJS.ErrnoException => Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
  type Done = (error: NodeJS.ErrnoException | null, bytes: number) => void
  fs.writev = ((file: number, buffers: Buffer[], position: number, done: Done) => {
    if (failure === 'nothing') {
      setImmediate(() => done(full(), 0))
      return
    }
    const all = Buffer.concat(buffers)
    // A whole frame of the group, and a part of the next.
    const part = all.subarray(0, Math.floor(all.length * 0.7))
    real.writev(file, [part], position, (error, bytes) => done(error, bytes))
  }) as typeof fs.writev
  if (failure === 'a half that cannot be cut off') {
    fs.ftruncate = ((_file: number, _length: number, done: (error: Error | null) => void) => {
      setImmediate(() => done(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })))
    }) as typeof fs.ftruncate
  }
  syncBuiltinESMExports()
}

/** From now on `act` runs, with the number of frames, as each write through `fs.writev` begins, until {@link healDisk}. */
export function asWritesBegin(act: (frames: number) => void): void {
  fs.writev = ((...given: [number, Buffer[], number, () => void]) => {
    act(given[1].length)
    real.writev(...given)
  }) as typeof fs.writev
  syncBuiltinESMExports()
}

/** From now on every read of a segment fails, until {@link healDisk}. */
export function failReads(): void {
  const broken = (): NodeJS.ErrnoException => Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
  fs.readSync = () => {
    throw broken()
  }
  fs.read = ((...given: unknown[]) => {
    const done = given.at(-1) as (error: Error) => void
    setImmediate(() => done(broken()))
  }) as typeof fs.read
  syncBuiltinESMExports()
}

export function healDisk(): void {
  Object.assign(fs, real)
  syncBuiltinESMExports()
}
