import type { Pause } from './acoustics.ts'
import type { Stretch } from './stretch.ts'

/** More than a picture can show: the result is kept in every tier, and an hour of fast speech has many thousands. */
const MOST_PAUSES = 1_000

/** The silences between stretches of speech that last at least `leastSeconds`; those before and after all speech are none. */
export function pausesBetween(speech: readonly Stretch[], stepSeconds: number, leastSeconds: number): Pause[] {
  return speech.slice(1).flatMap(({ start }, before) => {
    const startSeconds = (speech[before] as Stretch).end * stepSeconds
    const seconds = start * stepSeconds - startSeconds
    return seconds >= leastSeconds ? [{ startSeconds, seconds }] : []
  })
}

/** The longest pauses, at most 1000 and of equal ones the earlier, in the order of time. `pauses` are in that order. */
export function longestPauses(pauses: readonly Pause[]): readonly Pause[] {
  if (pauses.length <= MOST_PAUSES) return pauses
  const longest = pauses.toSorted((one, other) => other.seconds - one.seconds).slice(0, MOST_PAUSES)
  return longest.toSorted((one, other) => one.startSeconds - other.startSeconds)
}
