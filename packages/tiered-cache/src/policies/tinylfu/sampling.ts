/** Which keys are in the sample that the shadows see. */
export interface Sampling {
  /** One key in 2^shift is. */
  readonly shift: number
  /** So many entries of the sample make up the capacity. */
  readonly size: number
}

const LEAST_SAMPLED = 16

/**
 * All keys of a small cache, since fewer would tell too little; of a greater one fewer, as each costs something; of a large one
 * never less than a thousand, as it has time for few decisions.
 */
export function samplingFor(entries: number): Sampling {
  let shift = 0
  while (entries / 2 ** shift > mostSampled(shift)) shift++
  return { shift, size: Math.max(LEAST_SAMPLED, Math.round(entries / 2 ** shift)) }
}

/** How many entries may be sampled one in 2^shift. */
function mostSampled(shift: number): number {
  if (shift < 3) return 256
  return shift < 6 ? 512 : 1024
}
