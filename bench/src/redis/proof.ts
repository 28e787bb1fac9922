import type { Batch } from './batches.ts'
import type { Acknowledgements, Answers } from './store.ts'

/** Redis was not asked, or did not answer: what was measured is no number. */
export class NotServedError extends Error {
  override readonly name = 'NotServedError'
}

/** @throws NotServedError where a value is missing or another one: such a read is quick, and would make its contestant look good. */
export function mustBeRight(answers: Answers, { keys }: Batch): void {
  const right = typeof answers === 'number' ? answers : keys.filter((key, at) => answers[at]?.id === key).length
  if (right < keys.length)
    throw new NotServedError(`${keys.length - right} of ${keys.length} reads gave no value, or a wrong one`)
}

/** @throws NotServedError where a contestant says of a set that it is not where it belongs. */
export function mustBeSet(answers: Acknowledgements, { keys }: Batch): void {
  const done = typeof answers === 'number' ? answers : answers.filter(isDone).length
  if (done < keys.length) throw new NotServedError(`${keys.length - done} of ${keys.length} sets did not reach Redis`)
}

function isDone(answer: unknown): boolean {
  if (typeof answer === 'object' && answer !== null && 'reached' in answer) return answer.reached === true
  return answer !== false
}
