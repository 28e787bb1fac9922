import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failFiles, type FileCall } from './failing-files.ts'
import { SmallDisk } from './small-disk.ts'

/** A fault of the world around a tier that is open, in the order in which it is used. */
export interface Fault {
  readonly directory: string
  /** Whether writes fail by it for certain. */
  readonly rejects: boolean
  /** Whether what was stored before it can still be read. */
  readonly reads: boolean
  /** Without it the tier's own writes are the fault. */
  begin?(): Promise<void> | void
  end(): Promise<void> | void
  /** Nothing is left of it. */
  remove(): void
}

const SMALL_KIB = 384
const AMPLE_KIB = 32 * 1024

/** All faults by name. */
export const FAULTS = {
  /** Somebody else fills the disk and goes away. */
  full(): Fault {
    const disk = new SmallDisk(AMPLE_KIB)
    return {
      directory: join(disk.directory, 'cache'),
      rejects: true,
      reads: true,
      begin: () => disk.fill(),
      end: () => disk.empty(),
      remove: () => disk.remove(),
    }
  },
  /** The bound of the tier is beyond the disk, which then grows. */
  'too-small'(): Fault {
    const disk = new SmallDisk(SMALL_KIB)
    return {
      directory: join(disk.directory, 'cache'),
      rejects: true,
      reads: true,
      end: () => disk.remount(`size=${AMPLE_KIB}k`),
      remove: () => disk.remove(),
    }
  },
  /** This process can open no file any more. */
  'no-descriptors'(): Fault {
    const files: number[] = []
    return {
      ...inTemporary(),
      rejects: false,
      reads: true,
      begin: () => openUntilRefused(files),
      end: () => {
        for (const file of files.splice(0)) closeSync(file)
      },
    }
  },
  /** The directory is gone with all that was in it. */
  removed(): Fault {
    const { directory, remove } = inTemporary()
    return { directory, remove, rejects: false, reads: false, begin: () => removeAll(directory), end: () => {} }
  },
  /** The same, and there is a new one, which is empty. */
  replaced(): Fault {
    const { directory, remove } = inTemporary()
    const replace = (): void => {
      removeAll(directory)
      mkdirSync(directory)
    }
    return { directory, remove, rejects: false, reads: false, begin: replace, end: () => {} }
  },
  'read-errors': () => erring(['read']),
  'write-errors': () => erring(['write']),
  'all-errors': () => erring(['read', 'write', 'open']),
} as const satisfies Readonly<Record<string, () => Fault>>

export type FaultName = keyof typeof FAULTS

function inTemporary(): Pick<Fault, 'directory' | 'remove'> {
  const parent = mkdtempSync(join(tmpdir(), 'disk-fault-'))
  return { directory: join(parent, 'cache'), remove: () => removeAll(parent) }
}

function removeAll(path: string): void {
  rmSync(path, { recursive: true, force: true })
}

function openUntilRefused(files: number[]): void {
  for (;;) {
    try {
      files.push(openSync('/dev/null', 'r'))
    } catch {
      return
    }
  }
}

function erring(calls: readonly FileCall[]): Fault {
  const { directory, remove } = inTemporary()
  let heal = (): void => {}
  const begin = async (): Promise<void> => {
    heal = await failFiles(directory, calls)
  }
  return {
    directory,
    remove,
    rejects: calls.includes('write'),
    reads: !calls.includes('read'),
    begin,
    end: () => heal(),
  }
}
