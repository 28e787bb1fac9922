import { STEPS_PER_LEVEL, type Levels } from './levels.ts'
import { STEPS_PER_POINT, type PitchTrack } from './pitch-track.ts'
import type { Stretch } from './stretch.ts'

/** Between two syllables the level falls, and rises again, by at least this. */
const DIP_DB = 2
/** Levels averaged on each side: takes off what single periods of the voice do. */
const SMOOTHED_ON_EACH_SIDE = 1
/** A voice within this many points of a peak makes it a vowel's. */
const VOICE_REACH = 1

/**
 * How many syllables are spoken, by the peaks of loudness that are voiced: each vowel is one, roughly.
 * @see De Jong and Wempe, Praat script to detect syllable nuclei and measure speech rate automatically (2009)
 */
export function syllableCount(levels: Levels, track: PitchTrack, speech: readonly Stretch[]): number {
  const smooth = smoothed(levels.values)
  return speech
    .flatMap(({ start, end }) => peaks(smooth, start, Math.min(end, smooth.length)))
    .filter((peak) => isVoiced(track, (peak + STEPS_PER_LEVEL / 2) / STEPS_PER_POINT)).length
}

/** The indices of the peaks in a stretch, each parted from the next by a dip. */
function peaks(levels: Float32Array, start: number, end: number): number[] {
  const found: number[] = []
  let [isRising, top, bottom] = [true, start, start]
  for (let at = start; at < end; at++) {
    const level = levels[at] as number
    if (isRising) {
      if (level > (levels[top] as number)) top = at
      if (level > (levels[top] as number) - DIP_DB) continue
      found.push(top)
      isRising = false
      bottom = at
    } else {
      if (level < (levels[bottom] as number)) bottom = at
      if (level < (levels[bottom] as number) + DIP_DB) continue
      isRising = true
      top = at
    }
  }
  if (isRising && start < end) found.push(top)
  return found
}

function smoothed(levels: Float32Array): Float32Array {
  return levels.map((_, at) => {
    const around = levels.subarray(Math.max(0, at - SMOOTHED_ON_EACH_SIDE), at + SMOOTHED_ON_EACH_SIDE + 1)
    return around.reduce((sum, level) => sum + level, 0) / around.length
  })
}

function isVoiced(track: PitchTrack, point: number): boolean {
  const nearest = Math.floor(point)
  return track.subarray(Math.max(0, nearest - VOICE_REACH), nearest + VOICE_REACH + 1).some((hertz) => hertz > 0)
}
