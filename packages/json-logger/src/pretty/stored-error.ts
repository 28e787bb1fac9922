import { errorText, type ErrorText } from '../encoder/error-value.ts'
import { encodePlain } from '../encoder/plain-json.ts'
import { textValue } from '../encoder/quote.ts'
import { createRedactor } from '../redact.ts'
import { isJson, type Json } from './log-line.ts'

/** Causes inside causes that are made into errors again; the console's text tells no more of them. */
const MAX_CAUSES = 16

const KNOWN: ReadonlySet<string> = new Set(['type', 'message', 'code', 'stack', 'cause', 'errors'])

/** What was secret was hidden when the line was written. */
const NOTHING_SECRET = createRedactor(false)

/** Whether the value of a field is an error as the logger writes them: `{ type, message, stack, ... }`. */
export function isStoredError(name: string, value: unknown): value is Json {
  if (!isJson(value) || typeof value.type !== 'string' || typeof value.message !== 'string') return false
  return typeof value.stack === 'string' || name === 'error' || name === 'err'
}

/** The text of a stored error as the console has it, and a line for its further properties. */
export function storedErrorText(error: Json): ErrorText {
  const { line, stack } = errorText(revived(error, MAX_CAUSES), NOTHING_SECRET)
  const extras = Object.entries(error).filter(([name]) => !KNOWN.has(name))
  if (extras.length === 0) return { line, stack }
  const words = extras.map(([name, value]) => `${textValue(name)}=${memberText(value)}`)
  return { line, stack: `\n    with ${words.join(' ')}${stack}` }
}

/** A parsed value as it stands in a text line. */
export function memberText(value: unknown): string {
  return typeof value === 'string' ? textValue(value) : encodePlain(value)
}

/** An error that says what the stored one said, for the code that tells errors on the console. */
function revived({ type, message, stack, code, cause, errors }: Json, depth: number): object {
  const inner = (value: unknown): unknown =>
    depth > 0 && isStoredError('cause', value) ? revived(value, depth - 1) : value
  return Object.assign(Object.create(Error.prototype) as object, {
    name: type,
    message,
    stack,
    code,
    cause: inner(cause),
    errors: Array.isArray(errors) ? errors.map(inner) : undefined,
  })
}
