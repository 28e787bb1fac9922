import { isError } from './encoder/is-error.ts'
import { encodeValue } from './encoder/value.ts'
import type { Fields } from './fields.ts'
import { mergedFields, ownFields } from './own-fields.ts'
import { quietAnswer } from './quiet-answer.ts'
import type { Redactor } from './redact.ts'

/** A call's message as text, and its fields as an object. */
export interface CallParts {
  readonly message: string
  readonly fields: Fields | undefined
}

/** Room for a message that is no text. */
const MESSAGE_ROOM = 8192

/**
 * What a caller gave, made into text and fields: lazy ones are called, an error as the message becomes the field `error`, an
 * error in place of the fields too. What a lazy one throws is told in its place. Never throws.
 */
export function callParts(message: unknown, fields: unknown, redactor: Redactor): CallParts {
  const said = called(message, 'message')
  const given = called(fields, 'fields')
  const own = given === undefined || given === null ? undefined : ownFields(given)
  if (isError(said)) return { message: messageOf(said, redactor), fields: withError(own, said) }
  return { message: textOf(said, redactor), fields: own }
}

function called(value: unknown, what: 'message' | 'fields'): unknown {
  if (typeof value !== 'function') return value
  try {
    return quietAnswer((value as () => unknown)())
  } catch (error) {
    const told = `[${what} threw ${nameOf(error)}]`
    return what === 'message' ? told : { fields: told }
  }
}

function textOf(value: unknown, redactor: Redactor): string {
  if (typeof value === 'string') return value
  const json = encodeValue(value, redactor, redactor.root, MESSAGE_ROOM)
  return json.startsWith('"') ? (JSON.parse(json) as string) : json
}

/** The caller's own `error` keeps its name, unless it is the very same. */
function withError(fields: Fields | undefined, error: unknown): Fields {
  if (fields === undefined) return { error }
  let name = 'error'
  while (Object.hasOwn(fields, name) && fields[name] !== error) name += '_'
  return mergedFields({ [name]: error }, fields)
}

function messageOf(error: unknown, redactor: Redactor): string {
  if (hidesMessage(redactor)) return redactor.mask
  try {
    const { message } = error as Error
    return typeof message === 'string' ? message : '[error without a message]'
  } catch (thrown) {
    return `[message threw ${nameOf(thrown)}]`
  }
}

/** Whether the message of the field `error` is secret: it is not to be seen as the line's either. */
function hidesMessage(redactor: Redactor): boolean {
  const at = redactor.step(redactor.root, 'error')
  if (redactor.isSecretKey('error') || redactor.isEnd(at)) return true
  return redactor.isSecretKey('message') || redactor.isEnd(redactor.step(at, 'message'))
}

function nameOf(error: unknown): string {
  try {
    if (!isError(error)) return typeof error
    const { name } = error as { readonly name?: unknown }
    return typeof name === 'string' ? name : 'Error'
  } catch {
    return 'something unreadable'
  }
}
