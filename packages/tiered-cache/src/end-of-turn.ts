/**
 * Runs `work` when the code under way and the promises that it settles have run. A tick that is asked for by synchronous code comes
 * before the promises that it settled; one asked for by a promise, after.
 */
export function atEndOfTurn(work: () => void): void {
  process.nextTick(() => queueMicrotask(() => process.nextTick(work)))
}

/** Resolves then. */
export function endOfTurn(): Promise<void> {
  return new Promise(atEndOfTurn)
}
