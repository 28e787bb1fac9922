import { randomBytes } from 'node:crypto'
import { readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { KernelLock } from './kernel-lock.ts'
import { removePath } from './owner-path.ts'
import { syncDirectory } from './synced-file.ts'

/** The file whose lock says that a directory has an owner. Never to be opened by `node:fs`: see `tryLock`. */
export const LOCK_NAME = 'owner.lock'
/** How an owner's directory is called. Random: none is ever made under the name of one that was removed. */
export const OWNER_NAME: RegExp = /^owner-[0-9a-f]{16}$/
const ID_BYTES = 8
const META_NAMES: readonly string[] = ['meta', 'meta.tmp']
const DATA_NAME = /^\d+(?:\.(?:seg|hint|tmp|bad))+$/

/** A name of {@link OWNER_NAME} that there has never been. */
export function newOwnerName(): string {
  return `owner-${randomBytes(ID_BYTES).toString('hex')}`
}

/** Whether a file of an owner's directory is one of ours with data: `12.seg`, `12.hint`, `12.hint.tmp`, `12.seg.bad`. */
function isDataFile(name: string): boolean {
  return DATA_NAME.test(name)
}

/**
 * Removes a directory whose lock is held here, with its lock. What is not ours stays, and the directory with it. The meta goes
 * first: without it nobody takes the rest, of which some newer part may be gone, for the whole.
 */
export async function removeDirectory(path: string, lock: KernelLock): Promise<void> {
  try {
    for (const name of META_NAMES) await removePath(join(path, name))
    await syncDirectory(path)
    for (const name of await readdir(path)) if (isDataFile(name)) await removePath(join(path, name))
  } finally {
    lock.release()
  }
  await removePath(join(path, LOCK_NAME))
  await removeEmpty(path)
}

/** Harmless where it is not empty. */
export async function removeEmpty(path: string): Promise<void> {
  await rmdir(path).catch(() => {})
}
