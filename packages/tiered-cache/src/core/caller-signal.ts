/** What `promise` gives, unless the caller's own `signal` is aborted first: then its reason. The work itself goes on. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    const settle = async (): Promise<void> => {
      try {
        resolve(await promise)
      } catch (error) {
        reject(error)
      } finally {
        signal.removeEventListener('abort', abort)
      }
    }
    void settle()
  })
}
