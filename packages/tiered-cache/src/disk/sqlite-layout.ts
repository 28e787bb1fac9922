import type { DatabaseSync } from 'node:sqlite'
import { damageError } from './sqlite-error.ts'
import { PAGE_BYTES, type SqliteSpace } from './sqlite-space.ts'

/** "tcac": of a database of ours, so that another application's is never written. */
const APPLICATION_ID = 0x74636163
const VERSION = 1
const BUSY_MS = 10

/** How a database is used: by several processes, by this one alone, or only to be read, since the disk takes no write. */
export type SqliteUse = 'shared' | 'alone' | 'read'

/*
 * Rows are written anew with every set, and ids are never used twice: the order of ids is that of the writes. A key is text, or
 * bytes where it has lone surrogates; the record, an envelope, holds it too. Rows up to the floor were cleared; `mirror` is its
 * complement, so that a damaged floor brings nothing back.
 */
const TABLES = `
  CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key NOT NULL UNIQUE, expires_at REAL, record BLOB NOT NULL
  );
  CREATE INDEX expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TABLE state (floor INTEGER NOT NULL, mirror INTEGER NOT NULL);
  INSERT INTO state VALUES (0, -1);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${VERSION};`

/** The id up to which rows were cleared; no row, and so no id above it, where it is damaged. */
export const FLOOR: string = 'SELECT floor FROM state WHERE mirror = ~floor'
/** With a damaged floor, or one above what comes, all would be misses for ever. */
const USABLE_STATES = `SELECT count(*) FROM state WHERE mirror = ~floor AND floor BETWEEN 0 AND
  coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'entries'), 0)`

/** Sets a connection up, and the database where it is new. @throws for one that is not ours, of another version or damaged */
export function prepareDatabase(database: DatabaseSync, space: SqliteSpace, use: SqliteUse): void {
  // First: all that follows may have to wait.
  database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
  // Before anything is read: the log's index is then in memory, where nobody can cut it off, and not in a mapped file.
  if (use === 'alone') database.exec('PRAGMA locking_mode = EXCLUSIVE')
  const isNew = numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0
  if (!isNew || use === 'read') assertOurs(database)
  else database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`)
  // A page of a mapped file that is cut off kills the process.
  database.exec('PRAGMA mmap_size = 0; PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF')
  if (use !== 'read') prepareLog(database, space)
  if (isNew) database.exec(`BEGIN IMMEDIATE; ${TABLES} COMMIT`)
  if (numberOf(database, USABLE_STATES) !== 1) throw damageError('its state is damaged')
  // Nothing is written by it, but a header that says that nobody may write is found out.
  if (use !== 'read') database.exec('BEGIN IMMEDIATE; UPDATE state SET floor = floor; ROLLBACK')
}

function prepareLog(database: DatabaseSync, space: SqliteSpace): void {
  const mode = database.prepare('PRAGMA journal_mode = WAL').get()
  if (mode?.['journal_mode'] !== 'wal') throw new Error('its file system has no shared memory, which SQLite needs')
  database.exec(`
    PRAGMA synchronous = NORMAL;
    PRAGMA wal_autocheckpoint = ${space.checkpointPages};
    PRAGMA journal_size_limit = ${space.logBytes}`)
}

/** The first column of the only row of a query. */
function numberOf(database: DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0])
}

function assertOurs(database: DatabaseSync): void {
  const id = numberOf(database, 'PRAGMA application_id')
  if (id !== APPLICATION_ID) throw new Error("it is another application's database")
  const version = numberOf(database, 'PRAGMA user_version')
  if (version !== VERSION) throw new Error(`it is of version ${version} of this tier, and this is version ${VERSION}`)
}
