/** The first bytes of a record: what this is, and of which format. Another version reads as foreign. */
export const MAGIC = 'tc1'
/** Holds a value. */
export const KIND_VALUE = 'V'
/** Holds nothing but a lease: reads as absent. */
export const KIND_EMPTY = 'E'

/** Where a record's value begins. The fields before it are ASCII at fixed places, so that Lua reads them with GETRANGE. */
export const HEADER_BYTES = 75
export const TOKEN_AT = 4
export const TOKEN_CHARS = 22
/** As much chance as has place. */
export const TOKEN_BYTES = 16
export const LEASE_UNTIL_AT: number = TOKEN_AT + TOKEN_CHARS
export const INSTANT_CHARS = 13
export const STALE_AT_AT: number = LEASE_UNTIL_AT + INSTANT_CHARS
export const ID_AT: number = STALE_AT_AT + INSTANT_CHARS
const ID_CHARS = 11
/** The epoch in which the value was begun (see `Epoch`). Empty records end before it. */
export const EPOCH_AT: number = ID_AT + ID_CHARS
export const EPOCH_CHARS = 12

/** In the place of a token: nobody holds the lease. */
export const NO_TOKEN: string = '0'.repeat(TOKEN_CHARS)
/** In the place of an instant: long ago. */
export const NO_INSTANT: string = '0'.repeat(INSTANT_CHARS)
/** In the place of an id: the record holds no value. */
export const NO_ID: string = '0'.repeat(ID_CHARS)

const LAST_INSTANT = 10 ** INSTANT_CHARS - 1
const VALUE_MARK = Buffer.from(MAGIC + KIND_VALUE, 'latin1').readUInt32BE()

/** Writes the header of a record with a value that nobody holds the lease of, but for its epoch; `id` has 11 characters. */
export function writeHeader(record: Buffer, staleAt: number, id: string): void {
  record.write(MAGIC + KIND_VALUE + NO_TOKEN + NO_INSTANT + instantText(staleAt) + id, 0, EPOCH_AT, 'latin1')
}

/** Writes the epoch of a record: what {@link isOfEpoch} asks for. */
export function writeEpoch(record: Buffer, epoch: Buffer): void {
  epoch.copy(record, EPOCH_AT, 0, EPOCH_CHARS)
}

/** Whether a record that {@link holdsValue} is of this epoch, which has 12 characters. */
export function isOfEpoch(record: Buffer, epoch: Buffer): boolean {
  return (
    record.readUInt32BE(EPOCH_AT) === epoch.readUInt32BE() &&
    record.readUInt32BE(EPOCH_AT + 4) === epoch.readUInt32BE(4) &&
    record.readUInt32BE(EPOCH_AT + 8) === epoch.readUInt32BE(8)
  )
}

/** Whether the bytes begin as a record with a value of this format. */
export function holdsValue(record: Buffer): boolean {
  return record.length >= HEADER_BYTES && record.readUInt32BE() === VALUE_MARK
}

/** The id of a record that {@link holdsValue}. */
export function recordId(record: Buffer): string {
  return record.toString('latin1', ID_AT, ID_AT + ID_CHARS)
}

/** Whole milliseconds; `Infinity` is the last instant that there is place for, in the year 2286. */
function instantText(instant: number): string {
  const whole = Math.floor(Math.min(Math.max(instant, 0), LAST_INSTANT))
  return String(whole).padStart(INSTANT_CHARS, '0')
}
