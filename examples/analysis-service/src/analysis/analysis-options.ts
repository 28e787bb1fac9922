/** What an uploader may choose; part of the cache's key. */
export interface AnalysisOptions {
  /** From this length on a silence within speech is a pause: 0.1 to 10 seconds. Default 0.3. */
  readonly pauseSeconds?: number | undefined
}

/** The options with nothing left open. */
export interface ResolvedAnalysisOptions {
  readonly pauseSeconds: number
}

/** Below, the closures of consonants would be pauses. */
const LEAST_PAUSE_SECONDS = 0.1
const GREATEST_PAUSE_SECONDS = 10

/**
 * The options with their defaults, the same for every way to write the same choice: fit for a key.
 * @throws TypeError or RangeError naming the option.
 */
export function resolveAnalysisOptions(options: AnalysisOptions): ResolvedAnalysisOptions {
  const { pauseSeconds = 0.3 } = options
  const rule = `pauseSeconds must be a number of ${LEAST_PAUSE_SECONDS} to ${GREATEST_PAUSE_SECONDS}`
  if (typeof pauseSeconds !== 'number') throw new TypeError(`${rule}, got a ${typeof pauseSeconds}`)
  if (pauseSeconds >= LEAST_PAUSE_SECONDS && pauseSeconds <= GREATEST_PAUSE_SECONDS) return { pauseSeconds }
  throw new RangeError(`${rule}, got ${String(pauseSeconds)} (number)`)
}
