import { existsSync, statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import { MissingPeerError } from '../errors.ts'
import { shown } from '../option-object.ts'
import { BootMark } from './boot-mark.ts'
import { reasonOf } from './disk-error.ts'
import { lockWithin } from './kernel-lock.ts'
import { makeDirectory } from './make-directory.ts'
import { SqliteConnection } from './sqlite-connection.ts'
import { damageError, isBusy, isDamage, isReadOnly } from './sqlite-error.ts'
import type { SqliteUse } from './sqlite-layout.ts'
import { isWritable } from './sqlite-read-only.ts'
import { spaceOf } from './sqlite-space.ts'
import type { SqliteTierSettings } from './sqlite-tier-options.ts'

const LONGEST_TURN_MS = 5_000
const LONGEST_BUSY_MS = 1_000
const BUSY_PAUSE_MS = 20
const BESIDE = ['-wal', '-shm']

/**
 * The file of a SQLite tier and those beside it. Processes open, replace and close it one after the other: a log that stays where
 * its database is replaced would be read into the new one.
 */
export class SqliteFile {
  readonly #settings: SqliteTierSettings
  readonly #file: string
  readonly #mark: BootMark
  #isReplaced = false
  #isOff = false

  constructor(settings: SqliteTierSettings) {
    this.#settings = settings
    this.#file = settings.file
    this.#mark = new BootMark(`${settings.file}.boot`)
  }

  /**
   * Opens it, and makes it where there is none. A damaged one is set aside, once; one that was open as the machine went down is
   * emptied, since acknowledged deletes may be gone. Where nothing can be written it is opened to be read; that needs no turn, and
   * leaves all as it is. Rejects with the option and its value.
   */
  async open(): Promise<SqliteConnection> {
    const until = systemClock.monotonic() + LONGEST_BUSY_MS
    for (;;) {
      try {
        return await this.#openOnce()
      } catch (error) {
        if (error instanceof MissingPeerError) throw error
        if (!isBusy(error) || systemClock.monotonic() > until) throw refusal(this.#settings, error)
      }
      await setTimeout(BUSY_PAUSE_MS)
    }
  }

  /** Whether it could be written if it were opened now. */
  get isWritable(): boolean {
    return isWritable(this.#file)
  }

  /** Sets the file of a damaged connection aside, unless another process has done so. Never rejects. */
  async replace(damaged: SqliteConnection): Promise<void> {
    await this.#lastly(damaged, async (isMoved) => {
      if (isMoved) return
      if (this.#isReplaced) await this.#discard()
      await this.#setAside()
    })
  }

  /** Never rejects: what could not be done is done at the next start. */
  async close(connection: SqliteConnection): Promise<void> {
    if (connection.isReadOnly) return connection.close()
    // What is left of a log that was cut off would be taken for all there was.
    if (isLogLost(connection)) return this.replace(connection)
    await this.#lastly(connection, async (isMoved) => {
      // Without a log nobody else has it open, and all is in the database.
      if (!isMoved && !existsSync(`${this.#file}-wal`)) await this.#mark.remove()
    })
  }

  /** Closes a connection, and does what is to follow before anybody else opens the file. */
  async #lastly(connection: SqliteConnection, work: (isMoved: boolean) => Promise<void>): Promise<void> {
    try {
      await this.#inTurn(async () => {
        const { isMoved } = connection
        connection.close()
        await work(isMoved)
      })
    } catch {
      connection.close()
    }
  }

  async #openOnce(): Promise<SqliteConnection> {
    if (this.#isOff) throw new Error('it was damaged again, after it was made anew: it is not used any more')
    if (statSync(this.#file, { throwIfNoEntry: false })?.isFile() === false) throw new Error('it is no file')
    if (!this.isWritable) return this.#openToRead()
    await makeDirectory(dirname(this.#file))
    return this.#inTurn(async () => {
      const connection = await this.#connectAfterBoot()
      try {
        await this.#mark.set()
        return connection
      } catch (error) {
        connection.close()
        throw error
      }
    })
  }

  async #openToRead(): Promise<SqliteConnection> {
    if (await this.#mark.isOfEarlierBoot())
      throw new Error('it was open as the machine went down, and cannot be emptied')
    return this.#connection('read')
  }

  /** Removed is only what was seen to be ours. */
  async #connectAfterBoot(): Promise<SqliteConnection> {
    const connection = await this.#connect()
    if (!(await this.#mark.isOfEarlierBoot())) return connection
    connection.close()
    await this.#discard()
    return this.#connect()
  }

  async #connect(): Promise<SqliteConnection> {
    const use = this.#settings.shared ? 'shared' : 'alone'
    await this.#make()
    try {
      return this.#connection(use)
    } catch (error) {
      // The disk takes writes: it is the file that says that it does not.
      if (!isDamage(error) && !(isReadOnly(error) && this.isWritable)) throw error
      await this.#setAside()
      await this.#make()
      return this.#connection(use)
    }
  }

  #connection(use: SqliteUse): SqliteConnection {
    const { maxBytes } = this.#settings
    // What was set aside counts, but leaves half of it.
    const aside = statSync(`${this.#file}.bad`, { throwIfNoEntry: false })?.size ?? 0
    const connection = new SqliteConnection(this.#file, spaceOf(maxBytes - Math.min(aside, maxBytes / 2)), use)
    try {
      if (!connection.isLogWhole) throw damageError('its log is damaged')
      return connection
    } catch (error) {
      connection.close()
      throw error
    }
  }

  /** For nobody but its user; the files beside it get the same rights. Never opens one that is there: see `tryLock`. */
  async #make(): Promise<void> {
    if (existsSync(this.#file)) return
    for (const each of BESIDE) await rm(this.#file + each, { force: true })
    const handle = await open(this.#file, 'wx', 0o600)
    await handle.close()
  }

  async #setAside(): Promise<void> {
    this.#isOff = this.#isReplaced
    if (this.#isOff) throw new Error('it was damaged again, after it was made anew: it is not used any more')
    this.#isReplaced = true
    await rename(this.#file, `${this.#file}.bad`)
    for (const each of BESIDE) await rm(this.#file + each, { force: true })
  }

  async #discard(): Promise<void> {
    for (const each of ['', ...BESIDE]) await rm(this.#file + each, { force: true })
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = await lockWithin(`${this.#file}.lock`, LONGEST_TURN_MS)
    try {
      return await work()
    } finally {
      turn.release()
    }
  }
}

function isLogLost(connection: SqliteConnection): boolean {
  try {
    connection.checkpoint()
    return false
  } catch (error) {
    return isDamage(error)
  }
}

function refusal({ given }: SqliteTierSettings, cause: unknown): Error {
  const message = reasonOf(cause)
  const reason = isBusy(cause) ? `another process has it open (${message})` : message
  const rule = 'file must be a file of a sqliteTier that this process can write to, or none'
  return new Error(`${rule}, got ${shown(given)}: ${reason}`, { cause })
}
