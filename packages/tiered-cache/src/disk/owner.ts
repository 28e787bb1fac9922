import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { MissingPeerError } from '../errors.ts'
import { shown } from '../option-object.ts'
import { bootId, isSameBoot } from './boot-id.ts'
import { type DirectoryMeta, writeMeta } from './directory-meta.ts'
import { type KernelLock, lockWithin, tryLock } from './kernel-lock.ts'
import { makeDirectory } from './make-directory.ts'
import type { OwnedDirectory, WhenOwned } from './owned-directory.ts'
import { LOCK_NAME, newOwnerName, removeDirectory } from './owner-files.ts'
import { lockOwnerless, type OwnerlessDirectory } from './ownerless.ts'

/** Its lock is held while a directory is taken: owners come one after the other. */
const TURN_NAME = 'tiered-cache.lock'
const LONGEST_TURN_MS = 10_000
const RIGHTS = constants.R_OK | constants.W_OK | constants.X_OK
const SEED_BYTES = 4

/**
 * Takes a directory for one owner. Every owner has a directory of its own in it, `owner-<random>`: the best one that nobody owns any
 * more, be it closed or left by a process that was killed, else a new one. The others without an owner are removed. One whose meta is
 * missing, damaged or of another version is removed too, never taken. What is not ours, by its name, is left alone.
 *
 * Rejects where the directory cannot be made or written, naming the option and its value; and with `whenOwned: 'error'` where it has
 * an owner: then nothing in it is changed. Nothing may open the `owner.lock` of a directory by `node:fs`: see `tryLock`.
 */
export async function takeDirectory(
  directory: string,
  { whenOwned }: { readonly whenOwned: WhenOwned },
): Promise<OwnedDirectory> {
  try {
    const path = resolve(directory)
    await makeDirectory(path)
    await access(path, RIGHTS)
    const turn = await lockWithin(join(path, TURN_NAME), LONGEST_TURN_MS)
    try {
      return await takeInTurn(path, whenOwned)
    } finally {
      turn.release()
    }
  } catch (error) {
    throw error instanceof MissingPeerError ? error : refusal(directory, error)
  }
}

async function takeInTurn(directory: string, whenOwned: WhenOwned): Promise<OwnedDirectory> {
  const { owned, ownerless } = await lockOwnerless(directory)
  try {
    if (owned > 0 && whenOwned === 'error') throw new Error('it has an owner, and whenOwned is "error"')
    // First the room, then what needs room.
    const best = ownerless.find(({ meta }) => meta !== undefined)
    for (const each of ownerless) if (each !== best) await removed(each)
    return await (best?.meta === undefined ? create(directory) : adopt(best.path, best.lock, best.meta))
  } catch (error) {
    for (const { lock } of ownerless) lock.release()
    throw error
  }
}

/** What cannot be removed is tried again by the next owner. */
async function removed({ path, lock }: OwnerlessDirectory): Promise<void> {
  await removeDirectory(path, lock).catch(() => {})
}

async function adopt(path: string, lock: KernelLock, last: DirectoryMeta): Promise<OwnedDirectory> {
  const isSame = isSameBoot(last.bootId, bootId())
  await writeMeta(path, { seed: last.seed, bootId: bootId(), isClean: false })
  return new LockedDirectory(path, lock, last.seed, { isFresh: false, wasClean: last.isClean, isSameBoot: isSame })
}

async function create(directory: string): Promise<OwnedDirectory> {
  const path = join(directory, newOwnerName())
  await makeDirectory(path)
  const lock = tryLock(join(path, LOCK_NAME))
  if (lock === undefined) throw new Error(`another process has taken ${path}`)
  try {
    const seed = randomBytes(SEED_BYTES).readUInt32LE()
    await writeMeta(path, { seed, bootId: bootId(), isClean: false })
    return new LockedDirectory(path, lock, seed, { isFresh: true, wasClean: true, isSameBoot: true })
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
  readonly isSameBoot: boolean
  readonly #lock: KernelLock

  constructor(
    path: string,
    lock: KernelLock,
    seed: number,
    found: Pick<OwnedDirectory, 'isFresh' | 'wasClean' | 'isSameBoot'>,
  ) {
    this.path = path
    this.seed = seed
    this.isFresh = found.isFresh
    this.wasClean = found.wasClean
    this.isSameBoot = found.isSameBoot
    this.#lock = lock
  }

  async markClean(): Promise<void> {
    await writeMeta(this.path, { seed: this.seed, bootId: bootId(), isClean: true })
  }

  async release(): Promise<void> {
    this.#lock.release()
  }
}

function refusal(directory: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const rule = 'directory must be a directory that this process can write to and own'
  return new Error(`${rule}, got ${shown(directory)}: ${reason}`, { cause })
}
