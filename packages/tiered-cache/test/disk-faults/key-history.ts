import type { Found } from './versioned-entry.ts'
import type { Operation } from './operation.ts'

interface Begun {
  readonly number: number
  readonly kind: Operation['kind']
}

/** Nothing was there before the first operation. */
const NOTHING: Begun = { number: -1, kind: 'delete' }

/** The operations of one key in the order they were begun, from the last acknowledged one on. */
export class KeyHistory {
  #begun: readonly Begun[] = [NOTHING]

  /** The newest operation, acknowledged or not. */
  get newest(): Begun {
    return this.#begun.at(-1) as Begun
  }

  /** Whether nothing but the newest operation counts. */
  get isSettled(): boolean {
    return this.#begun.length === 1
  }

  begin({ number, kind }: Operation): void {
    this.#begun = [...this.#begun, { number, kind }]
  }

  /** That write was found, and nothing is known of those before it. */
  adopt(number: number): void {
    this.#begun = [{ number, kind: 'set' }]
  }

  /** It is done, and so whatever came before it no longer counts. */
  acknowledge(number: number): void {
    const at = this.#begun.findIndex((each) => each.number === number)
    if (at > 0) this.#begun = this.#begun.slice(at)
  }

  /**
   * What is wrong with what was found; `undefined` where it is what the last acknowledged operation left, or one that was begun
   * after it. Where entries may leave for room, absence is always right.
   */
  complaint(key: string, found: Found, mayBeGone: boolean): string | undefined {
    if (found === 'wrong') return `${key} gave a value that nobody wrote`
    const [acknowledged] = this.#begun as [Begun, ...Begun[]]
    if (found === 'absent') return mayBeGone || this.#mayBeAbsent() ? undefined : `${key} lost ${acknowledged.number}`
    if (this.#begun.some(({ number, kind }) => number === found && kind === 'set')) return undefined
    return `${key} gave ${found}, after the ${acknowledged.kind} ${acknowledged.number} was acknowledged`
  }

  #mayBeAbsent(): boolean {
    return this.#begun.some(({ kind }) => kind === 'delete')
  }
}
