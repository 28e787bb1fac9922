import { PitchDetector } from 'pitchy'
import { type Levels, STEPS_PER_LEVEL } from './levels.ts'
import type { Stretch } from './stretch.ts'
import { type Thinned, thinned } from './thinned.ts'

/**
 * The pitch of a voice through a recording, in hertz, at every {@link STEPS_PER_POINT}th step of the levels; 0 where there is
 * no voice.
 */
export type PitchTrack = Float32Array

/** A point every 20 ms: a voice does not change faster. */
export const STEPS_PER_POINT = 2

/** Two periods of the lowest voice and more. */
const FRAME_SECONDS = 0.04
/** Pitch needs no more: it halves and quarters the work at the usual rates. */
const ENOUGH_RATE = 8_000
const LOWEST_HZ = 60
const HIGHEST_HZ = 600
/** How alike one period is to the next, 0 to 1: vowels are above, in quick speech too, hiss and noise below. */
const LEAST_CLARITY = 0.6
/** Of the peaks of likeness the first that is this close to the highest is the period; later ones are its multiples. */
const FIRST_PEAK_PART = 0.8

/** The pitch within `stretches`, by McLeod's method; elsewhere no voice is looked for. */
export function pitchTrack(
  samples: Float32Array,
  sampleRate: number,
  levels: Levels,
  stretches: readonly Stretch[],
): PitchTrack {
  const track = new Float32Array(Math.ceil(levels.values.length / STEPS_PER_POINT))
  const signal = thinned(samples, sampleRate, Math.max(1, Math.floor(sampleRate / ENOUGH_RATE)))
  const pitchAt = pitchFinder(signal)
  if (pitchAt === undefined) return track
  for (const { start, end } of stretches) {
    for (
      let point = Math.ceil(start / STEPS_PER_POINT);
      point * STEPS_PER_POINT < end && point < track.length;
      point++
    ) {
      track[point] = pitchAt((point * STEPS_PER_POINT + STEPS_PER_LEVEL / 2) * levels.stepSeconds)
    }
  }
  return track
}

/** Answers the pitch around an instant, or 0; `undefined` where the recording is too short for any. */
function pitchFinder({ samples, sampleRate }: Thinned): ((seconds: number) => number) | undefined {
  const length = Math.round(FRAME_SECONDS * sampleRate)
  const last = samples.length - length
  if (last < 0) return undefined
  const detector = PitchDetector.forFloat32Array(length)
  detector.clarityThreshold = FIRST_PEAK_PART
  const frame = new Float32Array(length)
  return (seconds) => {
    const start = Math.min(last, Math.max(0, Math.round(seconds * sampleRate - length / 2)))
    frame.set(samples.subarray(start, start + length))
    centre(frame)
    const [hertz, clarity] = detector.findPitch(frame, sampleRate)
    return clarity >= LEAST_CLARITY && hertz >= LOWEST_HZ && hertz <= HIGHEST_HZ ? hertz : 0
  }
}

/** Takes off a constant offset: with one, the signal is always like itself and has no period. */
function centre(frame: Float32Array): void {
  let sum = 0
  for (const sample of frame) sum += sample
  const mean = sum / frame.length
  for (let at = 0; at < frame.length; at++) frame[at] = (frame[at] as number) - mean
}
