/**
 * A response that counts as a failure, as breaker and retry see it: `classifyError`, `shouldRetry` and the `cause` of a
 * `BreakerOpenError`. Who called `fetch` gets the response itself, which this does not hold.
 */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError'
  readonly code = 'ERR_HTTP_STATUS'
  readonly status: number
  /** When the server asked to be tried again. */
  readonly retryAfterMs: number | undefined

  constructor(origin: string, status: number, retryAfterMs: number | undefined) {
    super(`${origin} answered ${status}`)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}
