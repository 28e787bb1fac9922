import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { isAlive, withFileLock } from './file-lock.ts'
import { gzipFile } from './gzip-file.ts'
import type { Outage } from './outage.ts'
import { type Backup, listBackups } from './rotation.ts'

/** A temporary file that has not grown for as long belongs to nobody. */
const ABANDONED_MS = 60_000
const LOCK_RETRY_MS = 10

/**
 * Compresses the backups of a log file from `.2` on, one at a time, beside the program: `.1` may still get the last
 * batch of a process that has not seen the rotation. Works in a temporary file and takes the lock of rotation only to
 * put it in place, at the name that the backup has by then. What a crash leaves is mended by the next `start`.
 */
export class BackupGzip {
  readonly #path: string
  readonly #outage: Outage
  readonly #onFault: () => void
  #isWanted = false
  #faults = 0
  #running: Promise<void> | undefined

  constructor(path: string, outage: Outage, onFault: () => void) {
    this.#path = path
    this.#outage = outage
    this.#onFault = onFault
  }

  /** Looks for backups to compress, again after those it is at. Never throws. */
  start(): void {
    this.#isWanted = true
    this.#running ??= this.#run()
  }

  /** Resolves when there is nothing more to do. Never rejects. */
  idle(): Promise<void> {
    return this.#running ?? Promise.resolve()
  }

  async #run(): Promise<void> {
    const faultsBefore = this.#faults
    try {
      while (this.#isWanted) {
        this.#isWanted = false
        await this.#compressAll()
      }
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#running = undefined
    }
    if (this.#faults === faultsBefore) this.#outage.end()
  }

  async #compressAll(): Promise<void> {
    // One that somebody goes on writing to, or that cannot be read, is tried once and holds up no other.
    const tried = new Set<bigint>()
    for (;;) {
      await this.#underLock(() => removeTwins(this.#path))
      const next = isAnotherAtWork(this.#path) ? undefined : oldestPlain(this.#path, tried)
      if (next === undefined) return
      tried.add(next.inode)
      await this.#compress(next).catch((error: unknown) => this.#fail(error))
    }
  }

  #fail(error: unknown): void {
    this.#faults++
    this.#onFault()
    this.#outage.begin(error)
  }

  async #compress(plain: Plain): Promise<void> {
    const temporary = `${this.#path}.${hostname()}.${process.pid}.${threadId}.gz.tmp`
    try {
      const read = await gzipFile(plain.path, plain.inode, temporary)
      if (read === undefined) return
      await this.#underLock(() => putInPlace(this.#path, temporary, plain.inode, read))
    } finally {
      rmSync(temporary, { force: true })
    }
  }

  async #underLock(work: () => void): Promise<void> {
    while (!withFileLock(`${this.#path}.lock`, work)) {
      await new Promise((resolve) => {
        setTimeout(resolve, LOCK_RETRY_MS)
      })
    }
  }
}

interface Plain {
  readonly path: string
  readonly inode: bigint
}

function oldestPlain(path: string, tried: ReadonlySet<bigint>): Plain | undefined {
  for (const backup of listBackups(path)) {
    const inode = isCompressible(backup) ? inodeAndSize(backup.path)?.ino : undefined
    if (inode !== undefined && !tried.has(inode)) return { path: backup.path, inode }
  }
  return undefined
}

function isCompressible(backup: Backup): boolean {
  return !backup.isGzip && backup.index >= 2
}

/** A plain backup beside its compressed form: a crash came between the two last steps. */
function removeTwins(path: string): void {
  const backups = listBackups(path)
  const compressed = new Set(backups.filter((backup) => backup.isGzip).map((backup) => backup.index))
  for (const backup of backups) {
    if (isCompressible(backup) && compressed.has(backup.index)) rmSync(backup.path, { force: true })
  }
}

/** Only where the backup still has as many bytes as were read: a late batch would be lost. */
function putInPlace(path: string, temporary: string, inode: bigint, size: number): void {
  for (const backup of listBackups(path).filter(isCompressible)) {
    const stats = inodeAndSize(backup.path)
    if (stats?.ino !== inode || stats.size !== BigInt(size)) continue
    renameSync(temporary, `${backup.path}.gz`)
    rmSync(backup.path, { force: true })
    return
  }
}

function inodeAndSize(path: string): { readonly ino: bigint; readonly size: bigint } | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })
}

/** Whether another process or thread compresses backups of this file. Removes what the dead have left. */
function isAnotherAtWork(path: string): boolean {
  const prefix = `${basename(path)}.`
  let isAtWork = false
  for (const name of readdirSync(dirname(path))) {
    const owner = name.startsWith(prefix) ? /^(.+)\.(\d+)\.\d+\.gz\.tmp$/.exec(name.slice(prefix.length)) : null
    if (owner === null) continue
    const file = join(dirname(path), name)
    if (isAbandoned(file, owner[1], Number(owner[2]))) rmSync(file, { force: true })
    else isAtWork = true
  }
  return isAtWork
}

function isAbandoned(file: string, host: string | undefined, pid: number): boolean {
  if (host === hostname() && !isAlive(pid)) return true
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats === undefined || Math.abs(Date.now() - stats.mtimeMs) > ABANDONED_MS
}
