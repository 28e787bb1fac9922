import type { Levels } from './levels.ts'
import { percentile } from './percentile.ts'

/** Speech that is loud reaches its level for half a second at least, or in a short recording for a twentieth of it. */
const LOUD_SECONDS = 0.5
const LOUD_PART = 0.05
const NOISE_PART = 0.05

/** Vowels, nasals and the softer consonants lie within this of loud speech. */
const SPEECH_RANGE_DB = 30
/** By how much the level of steady noise goes up and down. */
const NOISE_RANGE_DB = 6
/** However noisy it is: what is this close to loud speech is speech. */
const LEAST_RANGE_DB = 10
/** Where nothing is louder, nobody speaks. */
const LEAST_SPEECH_DBFS = -60

/**
 * The level, in dBFS, from which on a recording is taken for speech: 30 dB below its loud parts, or just above its own noise
 * where that is louder. `Infinity` where all of it is silent.
 */
export function silenceThreshold(levels: Levels): number {
  const { values, stepSeconds } = levels
  const loudPart = Math.min(LOUD_PART, LOUD_SECONDS / (values.length * stepSeconds))
  const loud = percentile(values, 1 - loudPart) ?? -Infinity
  const noise = percentile(values, NOISE_PART) ?? -Infinity
  if (loud < LEAST_SPEECH_DBFS) return Infinity
  return Math.min(loud - LEAST_RANGE_DB, Math.max(loud - SPEECH_RANGE_DB, noise + NOISE_RANGE_DB))
}
