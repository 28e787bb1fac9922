import { closeSync, lstatSync, openSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { thread } from './thread.ts'

/** A lock that is older is nobody's: what is done under one takes a millisecond. */
const STALE_MS = 10_000

/**
 * Does `work` while a lock says that nobody else may. It is a symbolic link that leads nowhere: made in one step with
 * process, thread and host in it, where a file killed between making and writing would be anybody's. Never waits. The lock of a dead process, or one older than 10 s, is replaced. `work` is synchronous, so a lock of our own
 * thread can only be a leftover (of a process with our number).
 * @returns whether it was done; `false` where another holds the lock
 * @throws what the file system throws, or `work`
 */
export function withFileLock(path: string, work: () => void): boolean {
  const holder = create(path) ?? (breakStale(path) ? create(path) : undefined)
  if (holder === undefined) return false
  try {
    work()
  } finally {
    release(path, holder)
  }
  return true
}

/** Whether a process of this host runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

/** What the lock now says, or `undefined` where there is one already. */
function create(path: string): string | undefined {
  const holder = `${process.pid} ${thread()} ${hostname()}`
  try {
    symlinkSync(holder, path)
    return holder
  } catch (error) {
    return codeOf(error) === 'EEXIST' ? undefined : createFile(path, holder)
  }
}

/** For Windows and file systems that have no symbolic links. */
function createFile(path: string, holder: string): string | undefined {
  const file = openNew(path)
  if (file === undefined) return undefined
  try {
    writeSync(file, holder)
    return holder
  } catch {
    // A full disk: the lock is its existence. Without a name in it only its age ends it.
    return ''
  } finally {
    closeSync(file)
  }
}

function release(path: string, holder: string): void {
  try {
    // Somebody may have taken ours for stale. By its inode theirs would not be known: file systems use those again.
    if (contentOf(path) === holder) rmSync(path)
  } catch {
    // It is gone, or cannot be removed now: then its age ends it.
  }
}

/**
 * Removes a stale lock. Two who see the same one are told apart by a second file: who has that looks again, so a lock
 * made a moment ago by the faster of them is never removed by the slower.
 */
function breakStale(path: string): boolean {
  if (!isStale(path)) return false
  const guard = `${path}.break`
  const file = openNew(guard)
  if (file === undefined) {
    if (isOld(guard)) rmSync(guard, { force: true })
    return false
  }
  closeSync(file)
  try {
    if (!isStale(path)) return false
    rmSync(path, { force: true })
    return true
  } finally {
    rmSync(guard, { force: true })
  }
}

function isStale(path: string): boolean {
  if (isOld(path)) return true
  const [pid, threadId, host] = contentOf(path).split(' ')
  // Numbers of processes mean nothing in another container.
  if (host !== hostname()) return false
  return Number(pid) === process.pid ? Number(threadId) === thread() : !isAlive(Number(pid))
}

/** Not of one that is gone: another may have made it anew by now. One from the future is as old: the clock was put back. */
function isOld(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) > STALE_MS
}

function contentOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return contentOfFile(path)
  }
}

function contentOfFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Opens a file that was not there; `undefined` where it was. */
function openNew(path: string): number | undefined {
  try {
    return openSync(path, 'wx')
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined
    throw error
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
