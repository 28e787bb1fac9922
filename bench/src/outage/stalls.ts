const EVERY_MS = 5

/** Watches whether this process, which has little to do, gets its turns. */
export interface Stalls {
  /** Ends it; the longest delay of a turn, in milliseconds. */
  end(): number
}

export function watchStalls(): Stalls {
  let longestMs = 0
  let last = performance.now()
  const look = (): void => {
    const now = performance.now()
    longestMs = Math.max(longestMs, now - last - EVERY_MS)
    last = now
  }
  const timer = setInterval(look, EVERY_MS)
  return {
    end() {
      clearInterval(timer)
      look()
      return longestMs
    },
  }
}
