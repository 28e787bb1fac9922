import type { Pitch } from './acoustics.ts'
import { percentile } from './percentile.ts'
import type { PitchTrack } from './pitch-track.ts'

const LOW_PART = 0.05
const HIGH_PART = 0.95
const SEMITONES_PER_OCTAVE = 12

/** How high a voice is and how far it moves; `undefined` where there is no voice. */
export function pitchRange(track: PitchTrack): Pitch | undefined {
  const voiced = track.filter((hertz) => hertz > 0)
  const [lowHz, medianHz, highHz] = [LOW_PART, 0.5, HIGH_PART].map((part) => percentile(voiced, part))
  if (lowHz === undefined || medianHz === undefined || highHz === undefined) return undefined
  return { medianHz, lowHz, highHz, rangeSemitones: SEMITONES_PER_OCTAVE * Math.log2(highHz / lowHz) }
}
