import { types } from 'node:util'

/**
 * What the user's code answered, as it is. A promise, of a function that is async by mistake, is shown and not waited for: its
 * rejection must not end the process. Never throws.
 */
export function quietAnswer(answer: unknown): unknown {
  if (!types.isPromise(answer)) return answer
  try {
    void Promise.prototype.then.call(answer, undefined, () => {})
  } catch {
    // Its class is hostile: then it is as it was.
  }
  return answer
}
