import { statSync } from 'node:fs'
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite'
import { busyError } from './sqlite-error.ts'
import { FLOOR } from './sqlite-layout.ts'
import { PAGE_BYTES, type SqliteSpace } from './sqlite-space.ts'
import { bytesOf, type SqliteWrite } from './sqlite-write.ts'

/** What of a page a long record fills. */
const CONTENT_BYTES = PAGE_BYTES - 4
/** Kept free over what is estimated. */
const SPARE_PAGES = 8
const ROWS_AT_ONCE = 32
const PAGES_AT_ONCE = 256
const LOG_OVERHEAD = 1.25

const EXPIRED = `DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE expires_at <= ? LIMIT ${ROWS_AT_ONCE})`
const CLEARED = `DELETE FROM entries WHERE id IN (
  SELECT id FROM entries WHERE id <= (${FLOOR}) ORDER BY id LIMIT ${ROWS_AT_ONCE})`
const OLDEST = `SELECT id, length(record) AS bytes FROM entries ORDER BY id LIMIT ${ROWS_AT_ONCE}`
const UP_TO = 'DELETE FROM entries WHERE id <= ?'

/** Keeps a database and its log within their bounds. Pages that become free are used again; the file shrinks only where it is over. */
export class SqliteRoom {
  readonly #database: DatabaseSync
  readonly #log: string
  readonly #space: SqliteSpace
  readonly #expired: StatementSync
  readonly #cleared: StatementSync
  readonly #oldest: StatementSync
  readonly #upTo: StatementSync
  readonly #pages: StatementSync
  readonly #freePages: StatementSync

  constructor(database: DatabaseSync, file: string, space: SqliteSpace) {
    this.#database = database
    this.#log = `${file}-wal`
    this.#space = space
    this.#expired = database.prepare(EXPIRED)
    this.#cleared = database.prepare(CLEARED)
    this.#oldest = database.prepare(OLDEST)
    this.#upTo = database.prepare(UP_TO)
    this.#pages = database.prepare('PRAGMA page_count')
    this.#freePages = database.prepare('PRAGMA freelist_count')
    // What the estimate misses, SQLite refuses. No lower than the file is now.
    database.exec(`PRAGMA max_page_count = ${space.maxPages}`)
  }

  /** Before a transaction. @throws where the log has no room for it, and someone who reads keeps it from being emptied. */
  checkLog(writes: readonly SqliteWrite[]): void {
    const needed = sumOf(writes, bytesOf) * LOG_OVERHEAD
    if (this.#logBytes() + needed <= this.#space.logBytes) return
    const { busy } = this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { readonly busy: number }
    if (busy !== 0) throw busyError('the log is full, and somebody reads from it')
  }

  /** In a transaction. The rows written longest ago go until there is room; the more room, the more often it was tried. */
  make(writes: readonly SqliteWrite[], tries: number): void {
    this.#expired.run(Date.now())
    this.#cleared.run()
    const needed = tries * (sumOf(writes, pagesOf) + SPARE_PAGES)
    while (this.#roomLeft() < needed && this.#dropOldest(needed - this.#roomLeft())) {
      // Until there is room, or nothing left.
    }
  }

  /** Each step is a transaction of its own; whether there is more to do. */
  shrink(transact: (work: () => void) => void): boolean {
    const over = valueOf(this.#pages) - this.#space.maxPages
    if (over <= 0) return false
    const step = Math.min(over, PAGES_AT_ONCE)
    transact(() => {
      if (valueOf(this.#freePages) < step && !this.#dropOldest(step)) return
      this.#database.exec(`PRAGMA incremental_vacuum(${step})`)
    })
    this.#database.exec(`PRAGMA max_page_count = ${this.#space.maxPages}`)
    return valueOf(this.#pages) - this.#space.maxPages < over
  }

  /** In pages. A file that is over its bound is made smaller in steps, by {@link shrink}: here it does not grow. */
  #roomLeft(): number {
    return Math.max(this.#space.maxPages - valueOf(this.#pages), 0) + valueOf(this.#freePages)
  }

  /** Some of the oldest rows, of about so many pages; false where there is none. */
  #dropOldest(pages: number): boolean {
    let last: SQLOutputValue | undefined
    let freed = 0
    for (const { id, bytes } of this.#oldest.all()) {
      last = id
      freed += Number(bytes) / CONTENT_BYTES
      if (freed >= pages) break
    }
    if (last === undefined) return false
    this.#upTo.run(last)
    return true
  }

  #logBytes(): number {
    return statSync(this.#log, { throwIfNoEntry: false })?.size ?? 0
  }
}

function pagesOf(write: SqliteWrite): number {
  return write.kind === 'set' ? Math.ceil(write.record.length / CONTENT_BYTES) + 1 : 0
}

function sumOf(writes: readonly SqliteWrite[], measure: (write: SqliteWrite) => number): number {
  return writes.reduce((sum, write) => sum + measure(write), 0)
}

function valueOf(pragma: StatementSync): number {
  return Number(Object.values(pragma.get() ?? {})[0])
}
