import type { FrameList } from './frame-list.ts'
import { decodeHint } from './hint.ts'
import type { Segment } from './segment.ts'
import type { SegmentDirectory } from './segment-directory.ts'
import { type Ending, scanSegment } from './segment-scan.ts'

/** The frames of a segment and what they tell of it. */
export interface SegmentFrames {
  readonly frames: FrameList
  readonly length: number
  readonly latestExpiry: number
  /** It will not be written to again: it has its end mark, or a hint. */
  readonly isSealed: boolean
  /** From its hint, so that it needs none. */
  readonly isHinted: boolean
}

/** From the hint of the segment, else from a scan; `undefined` where it is damaged. */
export async function framesOf(
  segment: Segment,
  directory: SegmentDirectory,
  ending: Ending,
): Promise<SegmentFrames | undefined> {
  const bytes = await directory.readHint(segment.sequence)
  const hint = bytes === undefined ? undefined : await decodeHint(bytes, segment.idHigh, segment.idLow)
  if (hint !== undefined) return { ...hint, isSealed: true, isHinted: true }
  const scan = await scanSegment(segment, ending)
  return scan === undefined ? undefined : { ...scan, isHinted: false }
}
