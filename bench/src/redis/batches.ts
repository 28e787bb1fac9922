import { type Analysis, makeAnalysis } from '../analysis.ts'

/** What is stored: an object that is small, so that a number is about the way to Redis and not about the codec. */
export type Value = Analysis

/** Keys with their values, side by side: what is called at once. */
export interface Batch {
  readonly keys: readonly string[]
  readonly values: readonly Value[]
}

/** Length of each value as JSON. */
export const VALUE_BYTES = 200
/** Keys of every case: far more than one memory of one entry holds. */
export const KEYS = 2000
/** Ids have all the same length, that of `rec-5f2a9c`. */
const FIRST_ID = 100_000

/** All keys with their values, so many at a time; the same ones in every process. */
export function makeBatches(burst: number): Batch[] {
  const value = makeAnalysis(VALUE_BYTES)
  return Array.from({ length: KEYS / burst }, (_batch, at) => {
    const keys = Array.from({ length: burst }, (_key, index) => `rec-${FIRST_ID + at * burst + index}`)
    return { keys, values: keys.map((id) => ({ ...value, id })) }
  })
}
