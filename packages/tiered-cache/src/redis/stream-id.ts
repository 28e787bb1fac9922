const PATTERN = /^\d{1,20}-\d{1,20}$/

/** Whether a cursor is an id of a stream; `0-0` is none, as a stream that was emptied would look as it did before. */
export function isStreamId(cursor: string | undefined): cursor is string {
  return cursor !== undefined && PATTERN.test(cursor) && cursor !== '0-0'
}

/** Whether `id` comes after `other` in a stream. */
export function isAfter(id: string, other: string): boolean {
  const [ms = '', sequence = ''] = id.split('-')
  const [otherMs = '', otherSequence = ''] = other.split('-')
  return ms === otherMs ? BigInt(sequence) > BigInt(otherSequence) : BigInt(ms) > BigInt(otherMs)
}
