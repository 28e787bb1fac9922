/** A segment that could not be trusted, as a sentence for the log. */
export function damagedLoss(sequence: number): string {
  return `segment ${sequence} is damaged or foreign: it was set aside, and nothing older is read`
}

/** As {@link damagedLoss}, for one that is not there any more. */
export function missingLoss(sequence: number): string {
  return `segment ${sequence}, the newest one, is missing: nothing older is read`
}
