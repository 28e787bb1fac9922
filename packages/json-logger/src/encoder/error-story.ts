import type { PathStep, Redactor } from '../redact.ts'
import { errorParts, isHidden, readMember, type ErrorParts } from './error-parts.ts'
import { isError } from './is-error.ts'
import { moreMark } from '../more-mark.ts'
import { cutText } from './limits.ts'
import { escapeText } from './quote.ts'
import { encodeValue } from './value.ts'

/** Characters that one error with all its causes may take on the console. */
const CONSOLE_ROOM = 16_384
const MAX_ERRORS = 16
const MAX_FRAME = 512

/** A line of its own on the console, indented: nothing that a message holds may look like the beginning of a line. */
const LINE = '\n    '

/** Where frames begin in the stacks of V8. Spaces only, so that a message of newlines costs no more than its length. */
const FRAME = /\n[ \t]+at /

/** An error as people read it. */
export interface ErrorText {
  /** `TypeError: boom`, escaped. */
  readonly line: string
  /** Frames and causes, each on a line of its own that begins with a newline and four spaces; empty where there are none. */
  readonly stack: string
}

/** The telling of one error and what it was caused by. */
export class ErrorStory {
  readonly #redactor: Redactor
  readonly #seen = new Set<unknown>()
  #left = CONSOLE_ROOM

  constructor(redactor: Redactor) {
    this.#redactor = redactor
  }

  tell(error: unknown, at: PathStep | undefined): ErrorText {
    if (this.#redactor.isEnd(at)) return { line: escapeText(this.#redactor.mask), stack: '' }
    if (!isError(error)) return { line: this.#took(encodeValue(error, this.#redactor, at, this.#left / 2)), stack: '' }
    if (this.#seen.has(error)) return { line: '[Circular]', stack: '' }
    this.#seen.add(error)
    const parts = errorParts(error, this.#redactor, this.#left, at)
    const line = this.#took(escapeText(headline(parts)))
    const frames = this.#frames(parts)
    return { line, stack: frames + this.#cause(error, at) + this.#errors(error, at) }
  }

  #frames({ type, message, stack }: ErrorParts): string {
    if (stack === undefined) return ''
    const head = `${type}: ${message}`
    const [, ...frames] = (stack.startsWith(head) ? stack.slice(head.length) : stack).split(FRAME)
    let text = ''
    for (const frame of frames) {
      if (this.#left <= 0) break
      text += this.#took(`${LINE}at ${escapeText(cutText(frame, MAX_FRAME))}`)
    }
    return text
  }

  #cause(error: unknown, at: PathStep | undefined): string {
    if (isHidden(this.#redactor, 'cause', at)) return ''
    const cause = readMember(error, 'cause')
    return cause === undefined ? '' : this.#inner('caused by', cause, this.#redactor.step(at, 'cause'))
  }

  #errors(error: unknown, at: PathStep | undefined): string {
    if (isHidden(this.#redactor, 'errors', at)) return ''
    const errors = readMember(error, 'errors')
    const length = lengthOf(errors)
    const step = this.#redactor.step(at, 'errors')
    let text = ''
    for (let index = 0; index < length; index++) {
      if (!this.#goesOn()) return `${text}${LINE}${moreMark(length - index)}`
      const next = this.#redactor.step(step, String(index))
      text += this.#inner(`error ${index + 1} of ${length}`, readMember(errors, String(index)), next)
    }
    return text
  }

  #inner(label: string, error: unknown, at: PathStep | undefined): string {
    if (!this.#goesOn()) return `${LINE}${label}: ${moreMark(1)}`
    const { line, stack } = this.tell(error, at)
    return `${LINE}${label}: ${line}${stack}`
  }

  #goesOn(): boolean {
    return this.#left > 0 && this.#seen.size < MAX_ERRORS
  }

  #took(text: string): string {
    this.#left -= text.length
    return text
  }
}

/** The code stands before the message, as in Node's own errors, unless the message names it. */
function headline({ type, message, code }: ErrorParts): string {
  const named = code === undefined || message.includes(code) ? type : `${type} [${code}]`
  return message === '' ? named : `${named}: ${message}`
}

/** The length of an array; 0 of anything else, and of a proxy that throws. */
function lengthOf(list: unknown): number {
  try {
    return Array.isArray(list) ? list.length : 0
  } catch {
    return 0
  }
}
