import { chmodSync, lstatSync, rmSync, truncateSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import { isBusy, isDamage } from './sqlite-error.ts'
import { sqliteModule } from './sqlite-module.ts'

/** A lock on a file that this process holds: the kernel frees it when the process ends, in any way. */
export interface KernelLock {
  /** Harmless when repeated. */
  release(): void
}

const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 50
/** Endings of files that SQLite looks for beside a database, and that no lock ever has. */
const FOREIGN: readonly string[] = ['-journal', '-wal', '-shm']

/**
 * Takes the lock of a file, which is made where there is none (0600); `undefined` where anyone holds it: another process, another
 * thread, or this one. Works between containers that share a volume.
 *
 * The file is an empty SQLite database held in an exclusive transaction: Node has no other lock that a `kill -9` frees. Nobody may
 * open it by `node:fs`: on POSIX systems, closing any descriptor of a file drops the locks that the process has on it.
 * @throws the error of the disk, also where there is no file of its own but a link or a directory, or MissingPeerError where this
 * Node has no `node:sqlite`.
 */
export function tryLock(file: string): KernelLock | undefined {
  // SQLite would follow a link, and what lies at its end would be emptied.
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) throw new Error(`${file} must be a file`)
  try {
    return lock(file)
  } catch (error) {
    if (removeForeign(file)) return lock(file)
    if (!isDamage(error)) throw error
    // Somebody wrote into it, and nobody holds it: SQLite asks for the lock before it reads. Emptied in place, it stays one file.
    truncateSync(file)
    return lock(file)
  }
}

/** As {@link tryLock}, but waits for whoever holds it. Rejects after `longestMs`. */
export async function lockWithin(file: string, longestMs: number): Promise<KernelLock> {
  const until = systemClock.monotonic() + longestMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const taken = tryLock(file)
    if (taken !== undefined) return taken
    if (systemClock.monotonic() > until) throw new Error(`another process has held ${file} for ${longestMs} ms`)
    await setTimeout(pauseMs)
  }
}

function lock(file: string): KernelLock | undefined {
  const { DatabaseSync } = sqliteModule()
  const database = new DatabaseSync(file)
  try {
    // Without it a journal would lie beside the file.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    chmodSync(file, 0o600)
    return { release: () => close(database) }
  } catch (error) {
    close(database)
    if (isBusy(error)) return undefined
    throw error
  }
}

/** A journal of a lock file is none of ours, and SQLite does not open the file beside one that it cannot read. */
function removeForeign(file: string): boolean {
  const found = FOREIGN.filter((ending) => lstatSync(file + ending, { throwIfNoEntry: false }) !== undefined)
  for (const ending of found) rmSync(file + ending, { recursive: true, force: true })
  return found.length > 0
}

function close(database: DatabaseSync): void {
  if (database.isOpen) database.close()
}
