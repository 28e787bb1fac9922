import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bootId, isSameBoot } from './boot-id.ts'
import { type DirectoryMeta, isClean, readMeta } from './directory-meta.ts'
import { type KernelLock, tryLock } from './kernel-lock.ts'
import { LOCK_NAME, OWNER_NAME, removeEmpty } from './owner-files.ts'
import { isPlainFile } from './owner-path.ts'

/** A directory whose owner is gone, locked here where it has a lock. */
export interface OwnerlessDirectory {
  readonly path: string
  readonly lock: KernelLock
  /** `undefined` where it is not usable. */
  readonly meta: DirectoryMeta | undefined
}

/** The owners' directories of one directory. */
export interface OwnersFound {
  /** How many have an owner. */
  readonly owned: number
  /** The others, all locked, the best one first. */
  readonly ownerless: readonly OwnerlessDirectory[]
}

/** Looks through `directory` and locks what has no owner. The caller frees every lock. */
export async function lockOwnerless(directory: string): Promise<OwnersFound> {
  const ownerless: OwnerlessDirectory[] = []
  let owned = 0
  for (const each of await readdir(directory, { withFileTypes: true })) {
    if (!each.isDirectory() || !OWNER_NAME.test(each.name)) continue
    const found = await lockOne(join(directory, each.name))
    if (found === 'owned') owned += 1
    else if (found !== undefined) ownerless.push(found)
  }
  return { owned, ownerless: ownerless.toSorted((one, other) => worth(other.meta) - worth(one.meta)) }
}

/** `undefined` for what is none of ours, or cannot be looked into: it may belong to another user of the system. */
async function lockOne(path: string): Promise<OwnerlessDirectory | 'owned' | undefined> {
  const file = join(path, LOCK_NAME)
  if (!(await isThere(file))) {
    // A process that was killed as it made the directory leaves an empty one.
    await removeEmpty(path)
    return undefined
  }
  // A link or a directory is no lock of ours: nobody holds it, and its owner knows that the place is lost.
  if (!(await isPlainFile(file))) return { path, lock: NO_LOCK, meta: undefined }
  try {
    const lock = tryLock(file)
    return lock === undefined ? 'owned' : { path, lock, meta: await readMeta(path).catch(() => undefined) }
  } catch {
    return undefined
  }
}

const NO_LOCK: KernelLock = { release: () => {} }

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

const WHOLE = 2 ** 50

/** The newest of the whole ones, then the newest of those that a start of the machine may have cut, then the unusable. */
function worth(meta: DirectoryMeta | undefined): number {
  if (meta === undefined) return -1
  const isWhole = isClean(meta) || isSameBoot(meta.bootId, bootId())
  return meta.writtenAt + (isWhole ? WHOLE : 0)
}
