import { LONGEST_TIMER_MS } from './longest-timer.ts'

/** Resolves when `flushed` does, or after `ms`: a reader that never comes must not hold up the end. */
export async function closeWithin(ms: number, flushed: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS))
  })
  await Promise.race([flushed, timeUp])
  clearTimeout(timer)
}
