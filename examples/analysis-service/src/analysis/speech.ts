import { STEPS_PER_POINT, type PitchTrack } from './pitch-track.ts'
import type { Stretch } from './stretch.ts'

/** Those of the loud stretches in which a voice is heard: not breath, knocks or steady noise. Whispering is not found. */
export function spokenStretches(loud: readonly Stretch[], track: PitchTrack): Stretch[] {
  return loud.filter(({ start, end }) => {
    return track
      .subarray(Math.floor(start / STEPS_PER_POINT), Math.ceil(end / STEPS_PER_POINT))
      .some((hertz) => hertz > 0)
  })
}

/** How many steps the stretches are together. */
export function stepsIn(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { start, end }) => sum + end - start, 0)
}
