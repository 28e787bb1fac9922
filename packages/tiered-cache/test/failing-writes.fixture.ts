import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

/** Of a segment. */
const HEADER_BYTES = 32

/** What the disk does instead of a write. */
export type Failure = 'nothing' | 'a half' | 'a half that cannot be cut off'

const real = {
  writev: fs.writev,
  ftruncate: fs.ftruncate,
  fdatasync: fs.fdatasync,
  fstat: fs.fstat,
  readSync: fs.readSync,
  read: fs.read,
}
const { rm, rename, writeFile, open, mkdir, rmdir } = fs.promises
const realPromises = { rm, rename, writeFile, open, mkdir, rmdir }

/** From now on every write of this process through `fs.writev` fails, but for the next few, until {@link healDisk}. */
export function failWrites(failure: Failure, after = 0): void {
  const full = (): NodeJS.ErrnoException => Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
  type Done = (error: NodeJS.ErrnoException | null, bytes: number) => void
  let left = after
  fs.writev = ((file: number, buffers: Buffer[], position: number, done: Done) => {
    if (left-- > 0) {
      real.writev(file, buffers, position, done)
      return
    }
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

/** A write that is about to begin. */
export interface BegunWrite {
  /** Of the file. */
  readonly path: string
  readonly bytes: Buffer
  readonly offset: number
}

/** From now on `act` runs as each call that changes files begins, and again as it ends, until {@link healDisk}. Linux only. */
export function asFilesChange(act: (write?: BegunWrite) => void): void {
  type Done = (...outcome: unknown[]) => void
  const ending =
    (done: Done): Done =>
    (...outcome) => {
      act()
      done(...outcome)
    }
  fs.writev = ((file: number, buffers: Buffer[], offset: number, done: Done) => {
    act({ path: fs.readlinkSync(`/proc/self/fd/${file}`), bytes: Buffer.concat(buffers), offset })
    real.writev(file, buffers, offset, ending(done))
  }) as typeof fs.writev
  fs.ftruncate = ((file: number, length: number, done: Done) => {
    act()
    real.ftruncate(file, length, ending(done))
  }) as typeof fs.ftruncate
  for (const [name, call] of Object.entries(realPromises)) {
    const told = async (...given: unknown[]): Promise<unknown> => {
      act()
      return (call as (...given: unknown[]) => Promise<unknown>)(...given).finally(() => act())
    }
    Object.assign(fs.promises, { [name]: told })
  }
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

/** The next read of more than a header, of the file of this name, waits until the answered function is called, or {@link healDisk}. */
export function holdRead(name: string): { readonly isHeld: () => boolean; readonly release: () => void } {
  const held: (() => void)[] = []
  fs.read = ((...given: Parameters<typeof real.read>) => {
    const [file, , , length] = given as unknown as [number, Buffer, number, number]
    const isIt = held.length === 0 && length > HEADER_BYTES && fs.readlinkSync(`/proc/self/fd/${file}`).endsWith(name)
    if (isIt) held.push(() => real.read(...given))
    else real.read(...given)
  }) as typeof fs.read
  syncBuiltinESMExports()
  return { isHeld: () => held.length > 0, release: () => held[0]?.() }
}

/** From now on every look at the size of a file comes a turn of the loop later, until {@link healDisk}. */
export function delayStats(): void {
  fs.fstat = ((...given: Parameters<typeof real.fstat>) => {
    setTimeout(() => real.fstat(...given), 1)
  }) as typeof fs.fstat
  syncBuiltinESMExports()
}

/** From now on no file is removed or moved whose name has this ending, until {@link healDisk}. */
export function failRemovals(ending: string): void {
  for (const name of ['rm', 'rename'] as const) {
    const act = realPromises[name] as (...given: unknown[]) => Promise<void>
    const failing = async (path: string, ...rest: unknown[]): Promise<void> => {
      if (path.endsWith(ending)) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
      return act(path, ...rest)
    }
    Object.assign(fs.promises, { [name]: failing })
  }
  syncBuiltinESMExports()
}

/** From now on `act` runs as a file is synced, until {@link healDisk}. */
export function asSyncsBegin(act: () => void): void {
  fs.fdatasync = ((...given: Parameters<typeof real.fdatasync>) => {
    act()
    real.fdatasync(...given)
  }) as typeof fs.fdatasync
  syncBuiltinESMExports()
}

export function healDisk(): void {
  Object.assign(fs, real)
  Object.assign(fs.promises, realPromises)
  syncBuiltinESMExports()
}
