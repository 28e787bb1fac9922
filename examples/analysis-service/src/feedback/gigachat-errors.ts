/** GigaChat answered with a status that is no success. What it said beside that is not kept: nobody knows what it repeats. */
export class GigaChatStatusError extends Error {
  override readonly name = 'GigaChatStatusError'
  readonly code = 'ERR_GIGACHAT_STATUS'
  readonly status: number
  /** The wait that it asked for in a `Retry-After`. */
  readonly retryAfterMs: number | undefined

  constructor(path: string, status: number, retryAfterMs: number | undefined) {
    super(`GigaChat answered ${status} to ${path}`)
    this.status = status
    this.retryAfterMs = retryAfterMs
  }
}

/** GigaChat answered with success, but with nothing that can be used: not JSON, another shape, no text, too long. */
export class GigaChatAnswerError extends Error {
  override readonly name = 'GigaChatAnswerError'
  readonly code = 'ERR_GIGACHAT_ANSWER'

  constructor(path: string, fault: string) {
    super(`GigaChat's answer to ${path} ${fault}`)
  }
}
