import { randomBytes } from 'node:crypto'
import { constants, lstatSync, type Stats } from 'node:fs'
import { access, lstat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MissingPeerError } from '../errors.ts'
import { shown } from '../option-object.ts'
import { bootId, isSameBoot } from './boot-id.ts'
import { type DirectoryMeta, isClean, removeMeta, writeMeta } from './directory-meta.ts'
import { codeOf, reasonOf } from './disk-error.ts'
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
 * an owner: then nothing in it is changed. `isDurable`: this owner acknowledges what has reached the disk. Nothing may open the
 * `owner.lock` of a directory by `node:fs`: see `tryLock`.
 */
export async function takeDirectory(
  directory: string,
  wish: { readonly whenOwned: WhenOwned; readonly isDurable?: boolean; readonly isNew?: boolean },
): Promise<OwnedDirectory> {
  try {
    const path = resolve(directory)
    await makeDirectory(path)
    await access(path, RIGHTS)
    const turn = await takeTurn(join(path, TURN_NAME))
    try {
      return await takeInTurn(path, wish)
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

async function takeInTurn(
  directory: string,
  { whenOwned, isDurable = false, isNew = false }: Parameters<typeof takeDirectory>[1],
): Promise<OwnedDirectory> {
  const { owned, ownerless } = await lockOwnerless(directory)
  try {
    if (owned > 0 && whenOwned === 'error') throw new Error('it has an owner, and whenOwned is "error"')
    // First the room, then what needs room.
    const best = isNew ? undefined : ownerless.find(({ meta }) => meta !== undefined)
    for (const each of ownerless) if (each !== best) await removed(each)
    if (best?.meta === undefined) return await create(directory, isDurable)
    return new LockedDirectory(best.path, best.lock, best.meta, isDurable)
  } catch (error) {
    for (const { lock } of ownerless) lock.release()
    throw error
  }
}

/** What cannot be removed is tried again by the next owner. */
async function removed({ path, lock }: OwnerlessDirectory): Promise<void> {
  await removeDirectory(path, lock).catch(() => {})
}

async function create(directory: string, isDurable: boolean): Promise<OwnedDirectory> {
  const path = join(directory, newOwnerName())
  await makeDirectory(path)
  const lock = tryLock(join(path, LOCK_NAME))
  if (lock === undefined) throw new Error(`another process has taken ${path}`)
  try {
    const seed = randomBytes(SEED_BYTES).readUInt32LE()
    await writeMeta(path, { seed, bootId: bootId(), isSynced: isDurable, cleanMark: null })
    return new LockedDirectory(path, lock, { seed }, isDurable)
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
  readonly wasSynced: boolean
  readonly #isDurable: boolean
  readonly #lock: KernelLock
  readonly #lockId: string

  /** `last`: what its last owner wrote; of a fresh one its seed alone. */
  constructor(path: string, lock: KernelLock, last: DirectoryMeta | Pick<DirectoryMeta, 'seed'>, isDurable: boolean) {
    const found = 'bootId' in last ? last : undefined
    this.path = path
    this.seed = last.seed
    this.isFresh = found === undefined
    this.wasClean = found === undefined || isClean(found)
    this.cleanMark = found?.cleanMark ?? undefined
    this.isSameBoot = found === undefined || isSameBoot(found.bootId, bootId())
    this.wasSynced = this.wasClean || found?.isSynced === true
    this.#isDurable = isDurable
    this.#lock = lock
    this.#lockId = fileId(lstatSync(join(path, LOCK_NAME)))
  }

  async isHeld(): Promise<boolean> {
    return lstat(join(this.path, LOCK_NAME)).then(
      (found) => fileId(found) === this.#lockId,
      (error: unknown) => !GONE.includes(codeOf(error)),
    )
  }

  async markUsable(): Promise<void> {
    if (!this.isFresh) await this.#write(null)
  }

  async markClean(mark: SegmentMark): Promise<void> {
    await this.#write(mark)
  }

  async renounce(): Promise<void> {
    await removeMeta(this.path).catch(() => {})
  }

  async release(): Promise<void> {
    this.#lock.release()
  }

  #write(cleanMark: SegmentMark | null): Promise<void> {
    return writeMeta(this.path, { seed: this.seed, bootId: bootId(), isSynced: this.#isDurable, cleanMark })
  }
}

/** Tells a file from another that took its place. */
function fileId({ dev, ino }: Stats): string {
  return `${dev}:${ino}`
}

function refusal(directory: string, cause: unknown): Error {
  const rule = 'directory must be a directory that this process can write to and own'
  return new Error(`${rule}, got ${shown(directory)}: ${reasonOf(cause)}`, { cause })
}
