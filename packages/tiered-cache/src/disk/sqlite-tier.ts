import { setImmediate, setTimeout } from 'node:timers/promises'
import { systemClock } from '../clock.ts'
import { decodeEnvelope, encodeEnvelope } from '../codec/envelope.ts'
import type { Entry } from '../entry.ts'
import type { MaybePromise, Tier } from '../tiers/tier.ts'
import type { SqliteConnection } from './sqlite-connection.ts'
import { isBusy, isDamage, isDiskFault, isFull, isReadOnly } from './sqlite-error.ts'
import { SqliteFile } from './sqlite-file.ts'
import { sqliteModule } from './sqlite-module.ts'
import { spaceOf } from './sqlite-space.ts'
import { resolveSqliteTierOptions, type SqliteTierOptions, type SqliteTierSettings } from './sqlite-tier-options.ts'
import type { SqliteWrite } from './sqlite-write.ts'
import { SqliteWrites } from './sqlite-writes.ts'

const LONGEST_BUSY_MS = 1_000
const FIRST_PAUSE_MS = 1
const LONGEST_PAUSE_MS = 32

/**
 * A tier in one SQLite file on a local disk, which survives restarts and which several processes may use at a time: see
 * {@link SqliteTierOptions.shared}. No native package is needed. Reads are synchronous, tens of microseconds each; the writes of a
 * turn of the loop are one transaction. Records have a checksum and their key: a damaged one is a miss. A damaged file is set aside
 * and made anew, once; then the tier is off. Where nothing can be written, such as on a read-only disk, it reads what lies there and
 * refuses writes, until they can be made.
 *
 * Acknowledged writes survive a `kill -9`. A file that was open as the machine went down is emptied at the next start.
 *
 * A shared file is in SQLite's WAL mode, in which the index of its log (`-shm`) is mapped into every process that has it open: whoever
 * cuts off or overwrites by a shorter one the `-shm` of an open database, ends those processes (SIGBUS). Nothing else that happens to
 * the files does, and SQLite itself does not do that. With `shared: false` there is no `-shm`, and nothing is mapped. Nor are files of
 * an open database to be opened and closed in the same process by `node:fs`, as a copy does: that drops SQLite's locks on them.
 * @throws TypeError or RangeError naming the option and the value; MissingPeerError where this Node has no `node:sqlite`.
 */
export function sqliteTier(options: SqliteTierOptions): Tier {
  const settings = resolveSqliteTierOptions(options)
  sqliteModule()
  return new SqliteTier(settings)
}

class SqliteTier implements Tier {
  readonly name: string
  readonly shared: boolean
  readonly sync = false
  readonly #settings: SqliteTierSettings
  readonly #file: SqliteFile
  readonly #writes: SqliteWrites
  #connection: SqliteConnection | undefined
  #connecting: Promise<SqliteConnection> | undefined
  #replacing: Promise<void> | undefined
  #isShrinking = false
  #closing: Promise<void> | undefined

  constructor(settings: SqliteTierSettings) {
    this.name = settings.name
    this.shared = settings.shared
    this.#settings = settings
    this.#file = new SqliteFile(settings)
    this.#writes = new SqliteWrites(spaceOf(settings.maxBytes / 2), (writes) => this.#commit(writes))
  }

  async open(): Promise<void> {
    await this.#connected()
  }

  /** A value where the file is open. Throws where the disk fails, never for damage. */
  get(key: string): MaybePromise<Entry | undefined> {
    const pending = this.#writes.pending(key)
    if (pending?.kind === 'set') return decodeEnvelope(key, pending.record, this.#settings.format)
    if (pending?.kind === 'delete') return undefined
    const connected = this.#connected()
    return connected instanceof Promise ? connected.then((done) => this.#read(done, key)) : this.#read(connected, key)
  }

  /** Rejects with UnstorableValueError: what was there stays. */
  async set(key: string, entry: Entry): Promise<void> {
    // Nothing is compressed here, so it is no promise: writes are made in the order in which they are asked for.
    const record = encodeEnvelope(key, entry, this.#settings.format) as Buffer
    await this.#writes.add({ kind: 'set', key, record, expiresAt: expiryOf(entry, Date.now()) })
  }

  async delete(key: string): Promise<void> {
    await this.#writes.add({ kind: 'delete', key })
  }

  /** At once, however much there is: the rows go with later writes. */
  async clear(): Promise<void> {
    await this.#writes.add({ kind: 'clear' })
  }

  /** What is full, read-only or held by others can still be read. */
  isRefusal(error: unknown): boolean {
    return isFull(error) || isReadOnly(error) || isBusy(error)
  }

  /** Waits for the writes that are due; the last process writes the log into the file and removes it. */
  close(): Promise<void> {
    this.#closing ??= this.#end()
    return this.#closing
  }

  async #end(): Promise<void> {
    await this.#writes.idle()
    await this.#replacing
    const connection = this.#connection ?? (await this.#connecting?.catch(() => undefined))
    this.#connection = undefined
    if (connection !== undefined) await this.#file.close(connection)
  }

  #read(connection: SqliteConnection, key: string): Entry | undefined {
    try {
      const record = connection.read(key)
      return record && decodeEnvelope(key, record, this.#settings.format)
    } catch (error) {
      if (!isDamage(error)) {
        // The next call opens it anew.
        if (isDiskFault(error)) this.#drop(connection)
        throw error
      }
      this.#replace(connection)
      return undefined
    }
  }

  async #commit(writes: readonly SqliteWrite[]): Promise<void> {
    const until = systemClock.monotonic() + LONGEST_BUSY_MS
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const connection = await this.#connected()
      try {
        connection.write(writes)
        void this.#shrink(connection)
        return
      } catch (error) {
        if (isDamage(error)) this.#replace(connection)
        else if (!this.#mayPass(error, connection) || systemClock.monotonic() > until) throw error
      }
      await setTimeout(pauseMs)
    }
  }

  /** Where the disk takes writes and the connection does not, the next one does, or finds the file damaged. */
  #mayPass(error: unknown, connection: SqliteConnection): boolean {
    const isStale = isReadOnly(error) && this.#file.isWritable
    if (isStale) this.#drop(connection)
    return isStale || isBusy(error)
  }

  /** The connection to the file that lies there now. */
  #connected(): MaybePromise<SqliteConnection> {
    if (this.#connection !== undefined && !this.#connection.isMoved) return this.#connection
    if (this.#connection !== undefined) this.#drop(this.#connection)
    this.#connecting ??= this.#connect()
    return this.#connecting
  }

  async #connect(): Promise<SqliteConnection> {
    try {
      if (this.#closing !== undefined) throw new Error(`the tier "${this.name}" is closed`)
      await this.#replacing
      const connection = await this.#file.open()
      this.#connection = connection
      void this.#shrink(connection)
      return connection
    } finally {
      this.#connecting = undefined
    }
  }

  #drop(connection: SqliteConnection): void {
    if (this.#connection === connection) this.#connection = undefined
    connection.close()
  }

  /** Reads and writes wait for the new file. Where it fails they do too. */
  #replace(damaged: SqliteConnection): void {
    if (this.#connection !== damaged || damaged.isReadOnly) return
    this.#connection = undefined
    this.#replacing = this.#file.replace(damaged)
  }

  /** Gives back pages where the file is over its bound, such as one that was lowered; a few in each turn of the loop. */
  async #shrink(connection: SqliteConnection): Promise<void> {
    if (this.#isShrinking) return
    this.#isShrinking = true
    try {
      while (connection === this.#connection && connection.shrink()) await setImmediate(undefined, { ref: false })
    } catch (error) {
      // Busy, or the disk is full: the next write tries again.
      if (isDamage(error)) this.#replace(connection)
    } finally {
      this.#isShrinking = false
    }
  }
}

/** By the clock of this machine where that is within the entry's life, else, for another clock, all of its life from now. */
function expiryOf({ storedAt, expiresAt }: Entry, now: number): number {
  const isOfThisClock = expiresAt >= now && storedAt <= now
  return isOfThisClock ? expiresAt : now + (expiresAt - storedAt)
}
