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
 * timeout around the call does.
 */
export function outcomeOfError(error: unknown, context: CallContext, { classifyError }: Classifiers): Outcome {
  if (context.isAborted && !(context.reason instanceof TimeoutError)) return 'ignored'
  if (isRefusal(error)) return 'ignored'
  return classifyError === undefined ? 'failure' : safely(classifyError, error)
}

/** A classifier that throws has seen something it does not know: that is a failure, and the call's result stays as it is. */
export function safely(classify: (what: unknown) => Outcome, what: unknown): Outcome {
  try {
    return classify(what)
  } catch {
    return 'failure'
  }
}
