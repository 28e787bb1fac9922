const LONG_MS = 2 ** 30

/** Keeps the process alive while a caller waits for the cache itself: its timers and connections do not. */
export async function keepAlive<T>(work: Promise<T>): Promise<T> {
  const handle = setInterval(() => {}, LONG_MS)
  try {
    return await work
  } finally {
    clearInterval(handle)
  }
}
