import type { PathStep, Redactor } from '../redact.ts'
import type { ConsoleStyle } from './console-style.ts'
import { cutText, MAX_NAME } from './limits.ts'
import { flat } from './part.ts'
import { quote, textValue } from './quote.ts'

/** All that is known of a field's name before its value is looked at. */
export interface KeyPlan {
  readonly name: string
  /** `,"name":`; renamed where the line has a member of that name. */
  readonly json: string
  /** `,"name":"` */
  readonly jsonText: string
  /** ` name=` */
  readonly text: string
  /** Whether its value is redacted whole, without being read. */
  readonly isSecret: boolean
  /** Where the value stands on the paths to redact. */
  readonly at: PathStep | undefined
  /** Whether it is the name of the line's error. */
  readonly isErrorName: boolean
  /** Whether bindings or a context have had this name: then a line could have it twice. */
  isBound: boolean
}

/** Names longer than this, and those beyond so many, are planned anew each time: what is kept is bounded. */
const MAX_KEPT_LENGTH = 128
const MAX_KEPT = 1024

/** What changed names end in; a caller's own that ends so gets a number as well. */
const NUMBERED = /~\d+$/

/** Names of a text line's own: all else in it stands before the fields. */
const TEXT_RESERVED: ReadonlySet<string> = new Set(['request_id'])

/** The plans of all names, each made once. */
export class KeyPlans {
  readonly #plans = new Map<string, KeyPlan>()
  readonly #redactor: Redactor
  readonly #reserved: ReadonlySet<string>
  readonly #style: ConsoleStyle
  #changed = 0
  #isFull = false

  constructor(redactor: Redactor, reserved: ReadonlySet<string>, style: ConsoleStyle) {
    this.#redactor = redactor
    this.#reserved = reserved
    this.#style = style
  }

  of(name: string): KeyPlan {
    return this.#plans.get(name) ?? this.#add(name)
  }

  #add(name: string): KeyPlan {
    if (this.#plans.size === MAX_KEPT && !this.#isFull) this.#forgetFree()
    const isKept = this.#plans.size < MAX_KEPT && name.length <= MAX_KEPT_LENGTH
    const at = this.#redactor.step(this.#redactor.root, name)
    const shownName = this.#shown(name)
    const { open, close } = this.#style.dim
    const quoted = quote(unforged(shownName, this.#reserved))
    const plan: KeyPlan = {
      name,
      json: flat(',', quoted, ':'),
      jsonText: flat(',', quoted, ':"'),
      text: flat(' ', open, textValue(unforged(shownName, TEXT_RESERVED)), '=', close),
      isSecret: this.#redactor.isSecretKey(name) || this.#redactor.isEnd(at),
      at,
      isErrorName: name === 'error' || name === 'err',
      // What is not kept cannot be marked later.
      isBound: !isKept,
    }
    if (isKept) this.#plans.set(name, plan)
    return plan
  }

  /** Makes room; names of bindings stay, since only these tell where a line could have a name twice. */
  #forgetFree(): void {
    for (const [name, plan] of this.#plans) if (!plan.isBound) this.#plans.delete(name)
    this.#isFull = this.#plans.size > MAX_KEPT / 2
  }

  /** A name without what patterns match, and not too long. What is changed by that gets a number, so that no two become one. */
  #shown(name: string): string {
    const shown = cutText(this.#redactor.scrub(name), MAX_NAME)
    return shown === name && !NUMBERED.test(name) ? name : `${shown}~${++this.#changed}`
  }
}

/**
 * A name that is none of the line's own members: `level` becomes `level_`. What already ends like that gets one more, so
 * that two names never become one.
 */
function unforged(name: string, reserved: ReadonlySet<string>): string {
  return reserved.has(name.replace(/_+$/, '')) ? `${name}_` : name
}
