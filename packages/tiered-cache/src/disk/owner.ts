import { randomBytes } from 'node:crypto'
import { constants, lstatSync, type Stats } from 'node:fs'
import { access, lstat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MissingPeerError } from '../errors.ts'
import { shown } from '../option-object.ts'
import { bootId, isSameBoot } from './boot-id.ts'
import { type DirectoryMeta, isClean, removeMeta, writeMeta } from './directory-meta.ts'
import { type KernelLock, lockWithin, tryLock } from './kernel-lock.ts'
import { makeDirectory } from './make-directory.ts'
import type { OwnedDirectory, WhenOwned } from './owned-directory.ts'
import { LOCK_NAME, newOwnerName, removeDirectory } from './owner-files.ts'
import { lockOwnerless, type OwnerlessDirectory } from './ownerless.ts'
import { isPlainFile, removePath } from './owner-path.ts'
import type { SegmentMark } from './segment-mark.ts'

/** Its lock is held while a directory is taken: owners come one after the other. */
const TURN_NAME = 'tiered-cache.lock'
const LONGEST_TURN_MS = 10_000
const RIGHTS = constants.R_OK | constants.W_OK | constants.X_OK
const SEED_BYTES = 4
const GONE: readonly string[] = ['ENOENT', 'ENOTDIR', 'ELOOP']

/**
 * Takes a directory for one owner. Every owner has a directory of its own in it, `owner-<random>`: the best one that nobody owns any
 * more, be it closed or left by a process that was killed, else a new one. The others without an owner are removed. One whose meta is
 * missing, damaged or of another version is removed too, never taken. What is not ours, by its name, is left alone. With `isNew` none
 * is taken over: who has written already would find there what it has overwritten or deleted since.
 *
 * Rejects where the directory cannot be made or written, naming the option and its value; and with `whenOwned: 'error'` where it has
 * an owner: then nothing in it is changed. Nothing may open the `owner.lock` of a directory by `node:fs`: see `tryLock`.
 */
export async function takeDirectory(
  directory: string,
  { whenOwned, isNew = false }: { readonly whenOwned: WhenOwned; readonly isNew?: boolean },
): Promise<OwnedDirectory> {
  try {
    const path = resolve(directory)
    await makeDirectory(path)
    await access(path, RIGHTS)
    const turn = await takeTurn(join(path, TURN_NAME))
    try {
      return await takeInTurn(path, whenOwned, isNew)
    } finally {
      turn.release()
    }
  } catch (error) {
    throw error instanceof MissingPeerError ? error : refusal(directory, error)
  }
}

/** What is no file at the name of the lock is none of ours, and keeps no one out. */
async function takeTurn(file: string): Promise<KernelLock> {
  if (!(await isPlainFile(file))) await removePath(file)
  return lockWithin(file, LONGEST_TURN_MS)
}

async function takeInTurn(directory: string, whenOwned: WhenOwned, isNew: boolean): Promise<OwnedDirectory> {
  const { owned, ownerless } = await lockOwnerless(directory)
  try {
    if (owned > 0 && whenOwned === 'error') throw new Error('it has an owner, and whenOwned is "error"')
    // First the room, then what needs room.
    const best = isNew ? undefined : ownerless.find(({ meta }) => meta !== undefined)
    for (const each of ownerless) if (each !== best) await removed(each)
    const adopted = best?.meta === undefined ? undefined : await adopt(best.path, best.lock, best.meta)
    return adopted ?? (await create(directory))
  } catch (error) {
    for (const { lock } of ownerless) lock.release()
    throw error
  }
}

/** What cannot be removed is tried again by the next owner. */
async function removed({ path, lock }: OwnerlessDirectory): Promise<void> {
  await removeDirectory(path, lock).catch(() => {})
}

/** `undefined` where it cannot be written: the next owner tries again. */
async function adopt(path: string, lock: KernelLock, last: DirectoryMeta): Promise<OwnedDirectory | undefined> {
  const isSame = isSameBoot(last.bootId, bootId())
  const wasClean = isClean(last)
  // Killed now, the next owner is to know as much of a loss of power as this one does.
  const writtenUnder = wasClean || isSame ? bootId() : last.bootId
  try {
    await writeMeta(path, { seed: last.seed, bootId: writtenUnder, cleanMark: null })
  } catch {
    lock.release()
    return undefined
  }
  const cleanMark = last.cleanMark ?? undefined
  return new LockedDirectory(path, lock, last.seed, { isFresh: false, wasClean, cleanMark, isSameBoot: isSame })
}

async function create(directory: string): Promise<OwnedDirectory> {
  const path = join(directory, newOwnerName())
  await makeDirectory(path)
  const lock = tryLock(join(path, LOCK_NAME))
  if (lock === undefined) throw new Error(`another process has taken ${path}`)
  try {
    const seed = randomBytes(SEED_BYTES).readUInt32LE()
    await writeMeta(path, { seed, bootId: bootId(), cleanMark: null })
    const found = { isFresh: true, wasClean: true, cleanMark: undefined, isSameBoot: true }
    return new LockedDirectory(path, lock, seed, found)
  } catch (error) {
    await removeDirectory(path, lock).catch(() => {})
    throw error
  }
}

class LockedDirectory implements OwnedDirectory {
  readonly path: string
  readonly seed: number
  readonly isFresh: boolean
  readonly wasClean: boolean
  readonly cleanMark: SegmentMark | undefined
  readonly isSameBoot: boolean
  readonly #lock: KernelLock
  readonly #lockId: string

  constructor(
    path: string,
    lock: KernelLock,
    seed: number,
    found: Pick<OwnedDirectory, 'isFresh' | 'wasClean' | 'cleanMark' | 'isSameBoot'>,
  ) {
    this.path = path
    this.seed = seed
    this.isFresh = found.isFresh
    this.wasClean = found.wasClean
    this.cleanMark = found.cleanMark
    this.isSameBoot = found.isSameBoot
    this.#lock = lock
    this.#lockId = fileId(lstatSync(join(path, LOCK_NAME)))
  }

  async isHeld(): Promise<boolean> {
    return lstat(join(this.path, LOCK_NAME)).then(
      (found) => fileId(found) === this.#lockId,
      (error: NodeJS.ErrnoException) => !GONE.includes(error.code ?? ''),
    )
  }

  async markUsable(): Promise<void> {
    if (this.wasClean || this.isSameBoot) return
    await writeMeta(this.path, { seed: this.seed, bootId: bootId(), cleanMark: null })
  }

  async markClean(mark: SegmentMark): Promise<void> {
    await writeMeta(this.path, { seed: this.seed, bootId: bootId(), cleanMark: mark })
  }

  async renounce(): Promise<void> {
    await removeMeta(this.path).catch(() => {})
  }

  async release(): Promise<void> {
    this.#lock.release()
  }
}

/** Tells a file from another that took its place. */
function fileId({ dev, ino }: Stats): string {
  return `${dev}:${ino}`
}

function refusal(directory: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const rule = 'directory must be a directory that this process can write to and own'
  return new Error(`${rule}, got ${shown(directory)}: ${reason}`, { cause })
}
