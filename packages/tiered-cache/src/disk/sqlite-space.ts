import { MAX_VALUE_BYTES } from '../codec/envelope.ts'

/** How `maxBytes` is divided between the files of a database. */
export interface SqliteSpace {
  /** The database itself. */
  readonly maxPages: number
  /** Its log: what one transaction writes, and what no checkpoint has taken over yet. */
  readonly logBytes: number
  /** The log is taken over from so many pages on. */
  readonly checkpointPages: number
  /** Of one transaction. */
  readonly maxRows: number
  /** Of one transaction of more than one row. */
  readonly maxRowBytes: number
  readonly maxValueBytes: number
}

/** The least `maxBytes`. */
export const LEAST_BYTES: number = 1024 ** 2
export const PAGE_BYTES: number = 4_096
const FRAME_BYTES = PAGE_BYTES + 24
const MOST_LOG_BYTES = 64 * 1024 ** 2
const MOST_PAGES = 2 ** 32 - 2
/** The index of the log (`-shm`) grows by so much, for so many pages of the log. */
const INDEX_BLOCK_BYTES = 32 * 1024
const INDEX_BLOCK_PAGES = 4_096
const MARK_BYTES = 4_096
/** A row touches a leaf of each of three trees and what is above it, and each deletion that makes room for it as many. */
const PAGES_OF_ROW = 8

/** A quarter for the log, since a transaction is written there first; 64 MiB at most. */
export function spaceOf(maxBytes: number): SqliteSpace {
  const logBytes = Math.min(Math.floor(maxBytes / 4), MOST_LOG_BYTES)
  const logPages = Math.floor(logBytes / FRAME_BYTES)
  const beside = (Math.ceil(logPages / INDEX_BLOCK_PAGES) + 1) * INDEX_BLOCK_BYTES + MARK_BYTES
  return {
    maxPages: Math.min(Math.floor((maxBytes - logBytes - beside) / PAGE_BYTES), MOST_PAGES),
    logBytes,
    checkpointPages: Math.min(Math.ceil(logPages / 4), 1_000),
    maxRows: Math.min(Math.max(Math.floor(logPages / PAGES_OF_ROW), 1), 256),
    maxRowBytes: Math.min(logBytes / 4, 1024 ** 2),
    maxValueBytes: Math.min(Math.floor(logBytes / 2), MAX_VALUE_BYTES),
  }
}
