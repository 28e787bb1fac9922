import { dbfs } from './decibels.ts'

/** How the level goes through a recording, in steps of about 10 ms. */
export interface Levels {
  /** In dBFS; that at index i is of the time from i to i + 2 steps. Never empty. */
  readonly values: Float32Array
  /** Of one step; a whole number of samples, hence not always 10 ms to the letter. */
  readonly stepSamples: number
  readonly stepSeconds: number
}

const STEPS_PER_SECOND = 100
/** Two steps, 20 ms, hold a whole period of a voice down to 50 Hz. */
export const STEPS_PER_LEVEL = 2

/** The levels of a recording; a constant offset, as cheap microphones give, does not count. */
export function levelsOf(samples: Float32Array, sampleRate: number): Levels {
  const stepSamples = Math.round(sampleRate / STEPS_PER_SECOND)
  const steps = Math.floor(samples.length / stepSamples)
  const values = new Float32Array(Math.max(1, steps - STEPS_PER_LEVEL + 1))
  for (let at = 0; at < values.length; at++) {
    const start = at * stepSamples
    values[at] = dbfs(deviation(samples.subarray(start, start + STEPS_PER_LEVEL * stepSamples)))
  }
  return { values, stepSamples, stepSeconds: stepSamples / sampleRate }
}

/** The root mean square of what is left without the mean. */
function deviation(samples: Float32Array): number {
  let [sum, squares] = [0, 0]
  for (const sample of samples) {
    sum += sample
    squares += sample * sample
  }
  const mean = sum / samples.length
  return Math.sqrt(Math.max(0, squares / samples.length - mean * mean))
}
