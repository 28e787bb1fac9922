import type { CallContext } from './context.ts'
import { isRefusal, TimeoutError } from './errors.ts'
import type { Outcome } from './outcome.ts'

/** The user's own view of errors and results. */
export interface Classifiers {
  readonly classifyError: ((error: unknown) => Outcome) | undefined
  readonly classifyResult: ((result: unknown) => Outcome) | undefined
}

/**
 * What a failed call says. An abort from outside (the caller's, or a lost hedge) and our own refusals blame nobody; a
 * timeout around the call does, unless its time went to the queue of a bulkhead.
 */
export function outcomeOfError(error: unknown, context: CallContext, { classifyError }: Classifiers): Outcome {
  if (context.isAborted) {
    const { reason } = context
    if (!(reason instanceof TimeoutError) || context.wasQueuedFor(reason.timeoutMs)) return 'ignored'
  }
  if (isRefusal(error)) return 'ignored'
  return classifyError === undefined ? 'failure' : safely(classifyError, error)
}

/**
 * What a classifier says. One that throws, or says none of the three words, has seen something it does not know: that is a
 * failure, and the call's result stays as it is.
 */
export function safely(classify: (what: unknown) => Outcome, what: unknown): Outcome {
  try {
    const outcome: unknown = classify(what)
    if (outcome === 'success' || outcome === 'ignored') return outcome
    if (outcome instanceof Promise) outcome.catch(() => {})
    return 'failure'
  } catch {
    return 'failure'
  }
}
