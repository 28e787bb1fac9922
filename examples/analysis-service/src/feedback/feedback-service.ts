import { RetryExhaustedError } from '@org/breaker'
import type { Logger } from '@org/json-logger'
import type { Acoustics } from '../analysis/acoustics.ts'
import { fallbackFeedback } from './fallback-feedback.ts'
import type { Feedback } from './feedback.ts'
import type { Llm } from './llm.ts'
import { promptFor } from './prompt.ts'

/** What {@link createFeedback} needs. */
export interface FeedbackOptions {
  readonly llm: Llm
  readonly logger: Logger
}

/**
 * The feedback for the figures of a recording: the model's, or where that cannot be had one from the figures alone. Rejects only
 * when `signal` is aborted, with its reason.
 */
export type FeedbackFor = (
  acoustics: Acoustics,
  options?: { readonly signal?: AbortSignal | undefined },
) => Promise<Feedback>

/** A {@link FeedbackFor} that asks `llm`. */
export function createFeedback({ llm, logger }: FeedbackOptions): FeedbackFor {
  return async (acoustics, { signal } = {}) => {
    try {
      return { text: await llm.complete(promptFor(acoustics), { signal }), source: 'llm' }
    } catch (error) {
      signal?.throwIfAborted()
      logFallback(error, logger)
      return fallbackFeedback(acoustics)
    }
  }
}

/** An upstream's fault is a line without a stack, since it will come many times; a fault of this program has one. */
function logFallback(error: unknown, logger: Logger): void {
  const cause = error instanceof RetryExhaustedError ? error.cause : error
  if (!(cause instanceof Error) || !('code' in cause)) {
    logger.error('asking the model went wrong, the feedback is from the figures', { error: cause })
    return
  }
  const attempts = error instanceof RetryExhaustedError ? { attempts: error.attempts } : {}
  const fields = { reason: cause.code, detail: cause.message, ...attempts }
  logger.warn('the model could not be asked, the feedback is from the figures', fields)
}
