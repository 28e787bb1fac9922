/**
 * Where a log ended as it was closed: its newest segment. What does not end so at the next start has lost its newest part, or is a
 * mixture of several times, and none of it can be trusted: what is missing may have overwritten or deleted what is left.
 */
export interface SegmentMark {
  /** The number of the newest segment; 0 where there is none, or none is to be trusted. */
  readonly newest: number
  /** Of that segment: its random id, and the bytes that hold frames. */
  readonly idHigh: number
  readonly idLow: number
  readonly length: number
}

/** Of an empty log, and of one whose entries must not come back. */
export const NOTHING_KEPT: SegmentMark = { newest: 0, idHigh: 0, idLow: 0, length: 0 }
