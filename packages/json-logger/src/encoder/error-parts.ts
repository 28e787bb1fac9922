import type { PathStep, Redactor } from '../redact.ts'
import { className } from './class-name.ts'
import { cutText, MAX_NAME } from './limits.ts'

/** What an error says, scrubbed but not escaped: for those who put it under names of their own. */
export interface ErrorParts {
  /** Its name; that of its class where it was given none. */
  readonly type: string
  readonly message: string
  /** As the engine made it: name and message, then the frames. */
  readonly stack: string | undefined
  readonly code: string | undefined
}

/** The parts of the room that a message and a stack may take. */
const SHARES = { message: 0.25, stack: 0.5 }

/**
 * The parts of an error in at most about `room` characters. What cannot be read is left out; never throws.
 * @param at where the error stands on the paths to redact
 */
export function errorParts(error: unknown, redactor: Redactor, room: number, at?: PathStep): ErrorParts {
  const { type, message, stack, code } = readError(error, redactor, at)
  return {
    type,
    message: cutText(message, Math.floor(room * SHARES.message)),
    stack: stack === undefined ? undefined : cutText(stack, Math.floor(room * SHARES.stack)),
    code,
  }
}

/** The parts of an error at full length. */
function readError(error: unknown, redactor: Redactor, at: PathStep | undefined): ErrorParts {
  const textOf = (key: string): string | undefined => {
    if (isHidden(redactor, key, at)) return redactor.mask
    const value = readMember(error, key)
    return isText(value) ? redactor.scrub(String(value)) : undefined
  }
  const code = textOf('code')
  return {
    type: cutText(redactor.scrub(errorType(error, redactor, at)), MAX_NAME),
    message: textOf('message') ?? '',
    stack: hidesStack(error, redactor, at) ? redactor.mask : textOf('stack'),
    code: code === undefined ? undefined : cutText(code, MAX_NAME),
  }
}

/** The name of an error. A class that does not set one inherits `Error`, which says nothing: then it is the class's own. */
export function errorType(error: unknown, redactor: Redactor, at: PathStep | undefined): string {
  if (isHidden(redactor, 'name', at)) return redactor.mask
  const name = readMember(error, 'name')
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name
  try {
    return className(error as object)
  } catch {
    return 'Error'
  }
}

/** Whether a part of an error is secret. */
export function isHidden(redactor: Redactor, key: string, at: PathStep | undefined): boolean {
  return redactor.isSecretKey(key) || redactor.isEnd(redactor.step(at, key))
}

/**
 * Whether the stack is secret since the name or the message is: they stand in the stack once more, perhaps as they were
 * before somebody changed them. One that is an object stands there as a text in which no key can be found; one that a
 * getter of the error's own gives may have been another then.
 */
export function hidesStack(error: unknown, redactor: Redactor, at: PathStep | undefined): boolean {
  return ['name', 'message'].some((key) => {
    if (isHidden(redactor, key, at)) return true
    const value = readMember(error, key)
    return typeof value === 'object' || typeof value === 'function' || hasOwnGetter(error, key)
  })
}

function hasOwnGetter(error: unknown, key: string): boolean {
  try {
    return Object.getOwnPropertyDescriptor(error, key)?.get !== undefined
  } catch {
    return true
  }
}

/** A member of an object that may be anything; what throws is `undefined`. */
export function readMember(source: unknown, key: string): unknown {
  try {
    return (source as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint'
}
