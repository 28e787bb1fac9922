import { statSync } from 'node:fs'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { isFull } from './sqlite-error.ts'
import { FLOOR, prepareDatabase, type SqliteUse } from './sqlite-layout.ts'
import { isLogWhole } from './sqlite-log.ts'
import { sqliteModule } from './sqlite-module.ts'
import { readOnlyUrl, stateOf } from './sqlite-read-only.ts'
import { SqliteRoom } from './sqlite-room.ts'
import type { SqliteSpace } from './sqlite-space.ts'
import type { SqliteWrite } from './sqlite-write.ts'

const FULL_TRIES = 3
const READ = `SELECT record FROM entries WHERE key = ? AND id > (${FLOOR})`
const SET = 'INSERT OR REPLACE INTO entries (key, expires_at, record) VALUES (?, ?, ?)'
const DELETE = 'DELETE FROM entries WHERE key = ?'
/** Ids only grow, so all rows there are now are below every later one. */
const CLEAR = `UPDATE state SET floor = now.last, mirror = ~now.last
  FROM (SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence WHERE name = 'entries') AS now`

/**
 * One connection to the database of a SQLite tier. All of it is synchronous, and throws SQLite's errors; what waits for another
 * process waits 10 ms at most and is busy then.
 */
export class SqliteConnection {
  /** The disk took no write as it was opened: it can only be read. */
  readonly isReadOnly: boolean
  readonly #file: string
  readonly #identity: string | undefined
  readonly #database: DatabaseSync
  readonly #room: SqliteRoom
  readonly #read: StatementSync
  readonly #set: StatementSync
  readonly #delete: StatementSync

  /** @throws SQLite's error, or one that says that the file is another application's. */
  constructor(file: string, space: SqliteSpace, use: SqliteUse) {
    const { DatabaseSync } = sqliteModule()
    this.#file = file
    this.isReadOnly = use === 'read'
    this.#identity = this.#currentIdentity()
    this.#database = this.isReadOnly ? new DatabaseSync(readOnlyUrl(file), { readOnly: true }) : new DatabaseSync(file)
    try {
      prepareDatabase(this.#database, space, use)
      this.#room = new SqliteRoom(this.#database, file, space)
      this.#read = this.#database.prepare(READ)
      this.#set = this.#database.prepare(SET)
      this.#delete = this.#database.prepare(DELETE)
    } catch (error) {
      this.#database.close()
      throw error
    }
  }

  /** The file was removed, or another lies in its place: what is written here is seen by nobody. */
  get isMoved(): boolean {
    return this.#currentIdentity() !== this.#identity
  }

  /** Whether nothing that was committed is lost in its log. Reads all of that. */
  get isLogWhole(): boolean {
    const log = `${this.#file}-wal`
    if (this.isReadOnly) return isLogWhole(log)
    let isWhole = true
    this.#transact(() => {
      isWhole = isLogWhole(log)
    })
    return isWhole
  }

  /** The record of a key as it lies there. */
  read(key: string): Uint8Array | undefined {
    return this.#read.get(columnOf(key))?.['record'] as Uint8Array | undefined
  }

  /** All of them in their order, in one transaction, or none. Makes room and drops a few that have expired. */
  write(writes: readonly SqliteWrite[]): void {
    for (let tries = 1; ; tries++) {
      try {
        this.#room.checkLog(writes)
        this.#transact(() => {
          this.#room.make(writes, tries)
          for (const write of writes) this.#apply(write)
        })
        return
      } catch (error) {
        // The pages a row needs were estimated.
        if (!isFull(error) || tries === FULL_TRIES) throw error
      }
    }
  }

  /** Gives back a few pages of a file that is over its bound; whether it still is. */
  shrink(): boolean {
    return this.#room.shrink((work) => this.#transact(work))
  }

  /** Writes the log into the database, unless somebody reads from it. @throws where it has been cut off meanwhile. */
  checkpoint(): void {
    this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
  }

  /** The last connection to a file writes its log into it and removes it. Never throws. */
  close(): void {
    try {
      if (this.#database.isOpen) this.#database.close()
    } catch {
      // A damaged one, or a full disk: the next one that opens it finds the log.
    }
  }

  #currentIdentity(): string | undefined {
    return this.isReadOnly ? stateOf(this.#file) : identityOf(this.#file)
  }

  #apply(write: SqliteWrite): void {
    if (write.kind === 'clear') this.#database.exec(CLEAR)
    else if (write.kind === 'delete') this.#delete.run(columnOf(write.key))
    else this.#set.run(columnOf(write.key), write.expiresAt === Infinity ? null : write.expiresAt, write.record)
  }

  #transact(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      work()
      this.#database.exec('COMMIT')
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
      throw error
    }
  }
}

/** A lone surrogate has no UTF-8; text and bytes are never equal in SQLite. */
function columnOf(key: string): SQLInputValue {
  const isWellFormed = (key as string & { isWellFormed(): boolean }).isWellFormed()
  return isWellFormed ? key : Buffer.from(key, 'utf16le')
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}`
}
