import { FloorCore } from './core.ts'

/** The hand-written breaker as fast as it gets: no async function, an error without a stack, the fallback built in. */
export class FastFloor extends FloorCore {
  run<T, F = never>(work: () => Promise<T>, fallback?: F): Promise<T | F> {
    const permit = this.tryAcquire()
    if (permit === 0) return fallback === undefined ? Promise.reject(refusal()) : Promise.resolve(fallback)
    return work().then(
      (value) => {
        this.success(permit)
        return value
      },
      (error: unknown) => {
        this.failure(permit)
        if (fallback !== undefined) return fallback
        throw error
      },
    )
  }
}

function refusal(): Error {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  const error = new Error('the breaker is open')
  Error.stackTraceLimit = limit
  return error
}
