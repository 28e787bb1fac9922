/** A hand-written hard timeout: one timer for each call, cleared when the work has settled. */
export function withTimeout<T>(work: () => Promise<T>, afterMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timed out')), afterMs)
    work().then(
      (value) => {
        clearTimeout(timer)
        return resolve(value)
      },
      (error: unknown) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
