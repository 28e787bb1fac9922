import type { Pause } from './acoustics.ts'
import type { Stretch } from './stretch.ts'

/** The silences between stretches of speech that last at least `leastSeconds`; those before and after all speech are none. */
export function pausesBetween(speech: readonly Stretch[], stepSeconds: number, leastSeconds: number): Pause[] {
  return speech.slice(1).flatMap(({ start }, before) => {
    const startSeconds = (speech[before] as Stretch).end * stepSeconds
    const seconds = start * stepSeconds - startSeconds
    return seconds >= leastSeconds ? [{ startSeconds, seconds }] : []
  })
}
