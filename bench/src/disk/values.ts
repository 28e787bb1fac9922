import { makeAnalysis, SMALLEST_ANALYSIS } from '../analysis.ts'

/** Ids have all the same length, that of `rec-5f2a9c`. */
const FIRST_ID = 100_000
const DIGITS = 8
/** No two neighbours begin at the same place. */
const STEP = 131

/** All keys of a case; the same ones in every process. */
export function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_key, index) => `rec-${FIRST_ID + index}`)
}

/**
 * What is stored: the JSON of an analysis as bytes, so that a number is about the disk and not about a codec. Each number has a value
 * of its own, which differs everywhere: some stores write nothing where a value or a page of it is as before, or keep equal ones once.
 */
export function valuesOf(bytes: number): (number: number) => Uint8Array {
  if (bytes < SMALLEST_ANALYSIS) throw new RangeError(`bytes must be at least ${SMALLEST_ANALYSIS}, got ${bytes}`)
  const text = Buffer.from(JSON.stringify(makeAnalysis(bytes)))
  return (number) => {
    const turned = (number * STEP) % bytes
    const value = Buffer.concat([text.subarray(turned), text.subarray(0, turned)])
    value.write(String(number).padStart(DIGITS, '0'))
    return value
  }
}
