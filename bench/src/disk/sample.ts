import type { Cost } from '../contest/cost.ts'

/** How long one process measures, by the clock. */
export interface SamplePlan {
  readonly warmUpMs: number
  readonly measureMs: number
}

/** What one process found: of one operation. What a case does not tell is not there. */
export interface Sample extends Cost {
  /** What the plain file took for the same in this process, in turn with it. */
  readonly floorNs?: number
  /** Reads of files that one operation makes. */
  readonly fileReads?: number
  /** Bytes on disk for each byte of a value. */
  readonly diskPerByte?: number
  /** Longest and 99th percentile of what the event loop waited, and of what it spent reading and writing files in one turn. */
  readonly gapP99Ms?: number
  readonly gapMaxMs?: number
  readonly filesP99Ms?: number
  /** Segments by which the bound was exceeded. */
  readonly beyond?: number
  /** Held for each entry after opening. */
  readonly indexBytes?: number
}
