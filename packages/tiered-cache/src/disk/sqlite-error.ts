const SQL_ERROR = 1
const BUSY = 5
const READ_ONLY = 8
const IO_ERROR = 10
const SHORT_READ = 522
const CORRUPT = 11
const FULL = 13
const CONSTRAINT = 19
const MISMATCH = 20
const NOT_A_DATABASE = 26
/** Somebody was changing the index of the log for longer than SQLite waits. */
const PROTOCOL = 15
/** The statements are known to be right for our tables: where they do not fit, the schema is damaged. */
const DAMAGE = [SQL_ERROR, CORRUPT, CONSTRAINT, MISMATCH, NOT_A_DATABASE]
/** Extended codes have the kind in the low byte. */
const KIND_MASK = 0xff

/** Another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return [BUSY, PROTOCOL].includes(kindOf(error) ?? 0)
}

/** The file is damaged, cut off or no database at all. */
export function isDamage(error: unknown): boolean {
  return DAMAGE.includes(kindOf(error) ?? 0) || resultCodeOf(error) === SHORT_READ
}

/** The disk is full, or the database has as many pages as it may have. */
export function isFull(error: unknown): boolean {
  return kindOf(error) === FULL
}

/** The disk takes no write. */
export function isReadOnly(error: unknown): boolean {
  return kindOf(error) === READ_ONLY
}

/** The disk failed in the middle of it. */
export function isDiskFault(error: unknown): boolean {
  return kindOf(error) === IO_ERROR
}

/** An error as SQLite gives where somebody holds what is needed. */
export function busyError(message: string): Error {
  return Object.assign(new Error(message), { errcode: BUSY })
}

/** An error as SQLite gives for a damaged file. */
export function damageError(message: string): Error {
  return Object.assign(new Error(message), { errcode: CORRUPT })
}

/** SQLite's primary result code; `undefined` for any other error. */
function kindOf(error: unknown): number | undefined {
  const code = resultCodeOf(error)
  return code === undefined ? undefined : code & KIND_MASK
}

function resultCodeOf(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown }
  return typeof errcode === 'number' ? errcode : undefined
}
