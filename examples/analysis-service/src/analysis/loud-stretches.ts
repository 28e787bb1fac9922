import { type Levels, STEPS_PER_LEVEL } from './levels.ts'
import { silenceThreshold } from './silence-threshold.ts'
import { joinedOver, type Stretch, stretchesWhere } from './stretch.ts'

/** The closure of a consonant (the silence before the t of 'water') is shorter; it belongs to the speech around it. */
const CLOSURE_SECONDS = 0.1
/** What is shorter is a click. */
const LEAST_SECONDS = 0.05

/**
 * The stretches that are loud enough and long enough to be speech, in steps of the levels. Each level reaches over several
 * steps, and is loud where only one of them is: so a step is loud where all levels that it belongs to are.
 */
export function loudStretches(levels: Levels): Stretch[] {
  const { values, stepSeconds } = levels
  const threshold = silenceThreshold(levels)
  const isLoud = (step: number): boolean => {
    const of = values.subarray(Math.max(0, step - STEPS_PER_LEVEL + 1), step + 1)
    return of.every((level) => level >= threshold)
  }
  const stretches = stretchesWhere(values.length + STEPS_PER_LEVEL - 1, isLoud)
  const joined = joinedOver(stretches, CLOSURE_SECONDS / stepSeconds)
  return joined.filter(({ start, end }) => (end - start) * stepSeconds >= LEAST_SECONDS)
}
