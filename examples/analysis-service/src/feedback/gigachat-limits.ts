import type { BreakerOptions, Outcome, PipelineOptions } from '@org/breaker'
import { GigaChatStatusError } from './gigachat-errors.ts'

/** The breaker of GigaChat: what `compose.ts` makes one of. */
export const GIGACHAT_BREAKER: BreakerOptions = {
  name: 'gigachat',
  consecutiveFailures: 5,
  openFor: '60s',
  classifyError: gigaChatOutcome,
}

/** The limits of a call of GigaChat without its breaker, which `compose.ts` makes and adds. */
export const GIGACHAT_PIPELINE: PipelineOptions<never> = {
  totalTimeout: '15s',
  attemptTimeout: '8s',
  retry: {
    maxAttempts: 3,
    delay: '200ms',
    maxDelay: '2s',
    maxElapsed: '12s', // an attempt that begins later has no time
    shouldRetry: isTransient,
    retryAfter: (error) => (error instanceof GigaChatStatusError ? error.retryAfterMs : undefined),
  },
}

/**
 * What a failed attempt says about GigaChat. A request that it refuses with a 4xx shows that it works; 401, 408 and 429 show
 * that it does not work for us.
 */
export function gigaChatOutcome(error: unknown): Outcome {
  if (!(error instanceof GigaChatStatusError)) return 'failure'
  const { status } = error
  return status >= 400 && status < 500 && !TROUBLED.has(status) ? 'success' : 'failure'
}

const TROUBLED: ReadonlySet<number> = new Set([401, 408, 429])

/**
 * Whether the next attempt may go better: GigaChat is overloaded or failed, the connection did, or the attempt took too long.
 * An answer that cannot be used has cost tokens, and the same question tends to get it again.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof GigaChatStatusError) {
    return error.status === 408 || error.status === 429 || error.status >= 500
  }
  return error instanceof Error && 'code' in error && TRANSIENT_CODES.has(String(error.code))
}

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'ERR_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
])
