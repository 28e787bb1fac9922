import { moreMark } from '../more-mark.ts'
import { MAX_NAME } from './limits.ts'
import type { Walk } from './walk.ts'

/** The text of one JSON object as it grows: no key stands in it twice, however keys are scrubbed or cut. */
export class ObjectText {
  readonly #walk: Walk
  /** Keys that stay as they are: no other may be changed into one of them. */
  readonly #own: readonly string[]
  #fixed: string[] | undefined
  #taken: Set<string> | undefined
  #text: string

  /** @param begun the object's text so far, where there is any */
  constructor(walk: Walk, own: readonly string[], begun = '') {
    this.#walk = walk
    this.#own = own
    this.#text = begun
  }

  /** Begins a member under a key of the data; the text of its value comes next. */
  key(key: string): void {
    const name = key.length <= MAX_NAME && !this.#walk.keys.of(key).mayScrub ? key : this.#walk.name(key)
    const isChanged = name !== key || this.#fixed?.includes(key) === true
    this.#begin(isChanged ? this.#unused(name) : key)
  }

  /** Begins a member of our own; the same key in the data gets a number. To be called before those of the data. */
  fixedKey(key: string): void {
    this.#fixed ??= []
    this.#fixed.push(key)
    this.#begin(key)
  }

  /** The value of the member that was begun. */
  value(json: string): void {
    this.#text += json
  }

  /** The whole object. `hidden` members had no room. */
  end(hidden: number): string {
    if (hidden > 0) {
      this.#begin(this.#unused('...'))
      this.value(this.#walk.note(moreMark(hidden)))
    }
    return this.#text === '' ? this.#walk.wrote('{}') : `${this.#text}}`
  }

  #begin(name: string): void {
    const text = this.#walk.keys.of(name).text
    this.#walk.left -= text.length + 2
    this.#text += (this.#text === '' ? '{' : ',') + text
  }

  #unused(name: string): string {
    this.#taken ??= new Set([...(this.#fixed ?? []), ...this.#own])
    let unused = name
    for (let count = 2; this.#taken.has(unused); count++) unused = `${name}_${count}`
    this.#taken.add(unused)
    return unused
  }
}
