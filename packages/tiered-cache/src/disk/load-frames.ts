import { KIND, kindOf, lengthOf } from './frame.ts'
import type { FrameList } from './frame-list.ts'
import type { Segment } from './segment.ts'
import type { SegmentFrames } from './segment-frames.ts'
import type { SegmentIndex } from './segment-index.ts'
import { TimeSlice } from './time-slice.ts'

/**
 * Puts the frames of a segment into the index, the newest first, where nothing newer is known of their keys. In slices: between two of
 * them `isWanted` may end it, and the segment is left as it was.
 */
export async function loadFrames(
  segment: Segment,
  { frames, length, latestExpiry, isSealed }: SegmentFrames,
  index: SegmentIndex,
  isWanted: () => boolean,
): Promise<void> {
  const slice = new TimeSlice()
  for (let at = frames.count - 1; at >= 0; at--) {
    recover(segment, frames, at, index)
    if (!slice.isOver()) continue
    await slice.rest()
    if (!isWanted()) return
  }
  segment.adopt({ frames, length, latestExpiry })
  segment.isSealed = isSealed
}

function recover(segment: Segment, frames: FrameList, at: number, index: SegmentIndex): void {
  const word = frames.word(at)
  const length = kindOf(word) === KIND.value ? lengthOf(word) : 0
  index.recover(frames.high(at), frames.low(at), segment.sequence, frames.offset(at), length)
}
