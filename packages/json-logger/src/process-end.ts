/** Since when the process is at its end, as `performance.now()` has it. */
let endingSince: number | undefined
const lastWork = new Set<() => void>()

/**
 * Has `work` done when the process ends: at `process.exit`, at its natural end and after a crash. Keeps nothing alive. Answers what
 * takes it off again.
 */
export function atProcessEnd(work: () => void): () => void {
  // One listener for all: Node warns of many.
  if (!process.listeners('exit').includes(endProcess)) process.on('exit', endProcess)
  lastWork.add(work)
  return () => void lastWork.delete(work)
}

/** Does the last work: the event loop does not turn again. */
export function endProcess(): void {
  endingSince ??= performance.now()
  for (const work of lastWork) work()
}

/** Whether the event loop does not turn again: what is not written now never is. */
export function isProcessEnding(): boolean {
  return endingSince !== undefined
}

/**
 * The instant until which a last flush may take `ms`. Counted from the beginning of the end, so that several places that are stuck
 * hold the process up for no longer than one.
 */
export function lastFlushUntil(ms: number): number {
  return (endingSince ?? performance.now()) + ms
}
