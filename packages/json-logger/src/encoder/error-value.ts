import type { PathStep, Redactor } from '../redact.ts'
import { ErrorStory, type ErrorText } from './error-story.ts'
import { encodeValue } from './value.ts'

export type { ErrorText } from './error-story.ts'
export { isError } from './is-error.ts'

/**
 * The JSON text of an error: `{type, message, code, stack, cause, errors}` and its own further properties. Never throws.
 * @param at where the error stands on the paths to redact
 */
export function encodeError(error: unknown, redactor: Redactor, at: PathStep | undefined, room: number): string {
  return encodeValue(error, redactor, at, room)
}

/**
 * The text of an error for the console: what it says, its frames, the chain of its causes. Escaped and redacted, never
 * throws, bounded.
 * @param at where the error stands on the paths to redact
 */
export function errorText(error: unknown, redactor: Redactor, at?: PathStep): ErrorText {
  try {
    return new ErrorStory(redactor).tell(error, at)
  } catch {
    return { line: '[unreadable error]', stack: '' }
  }
}
