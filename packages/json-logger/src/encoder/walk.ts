import type { PathStep, Redactor } from '../redact.ts'
import { cutText, MAX_NAME, quoteWithin } from './limits.ts'
import { memberKeys, type MemberKeys } from './member-key.ts'
import { quote } from './quote.ts'

/** Encodes one value inside a walk: what one container calls for its members. */
export type Encode = (walk: Walk, value: unknown, at: PathStep | undefined, depth: number) => string

/** Steps of one walk that leave no text: keys that are listed but not shown, characters that are scrubbed. */
const MAX_WORK = 1 << 22

/** The state of encoding one value: what may still be written and done, and which containers are open. */
export class Walk {
  readonly redactor: Redactor
  readonly encode: Encode
  readonly keys: MemberKeys
  /** Characters that may still be written. Containers stop where it is used up, so a little more is written. */
  left: number
  /** Work that may still be done; see {@link MAX_WORK}. */
  work: number = MAX_WORK
  /** The outermost container, apart from the others since most values have no other. */
  #outer: object | undefined
  /** The open containers by depth; what lies beyond the depth of the reader is out of date. */
  #open: object[] | undefined

  constructor(redactor: Redactor, room: number, encode: Encode) {
    this.redactor = redactor
    this.left = room
    this.encode = encode
    this.keys = memberKeys(redactor)
    this.#outer = undefined
    this.#open = undefined
  }

  /** Opens a container, unless it is open already, a circle. */
  enter(container: object, depth: number): boolean {
    if (depth === 0) {
      this.#outer = container
      return true
    }
    if (this.#outer === container) return false
    this.#open ??= []
    for (let at = 1; at < depth; at++) if (this.#open[at] === container) return false
    this.#open[depth] = container
    return true
  }

  /** Whether what stands under `key` is hidden; such a value must not even be read. */
  hides(key: string, next: PathStep | undefined): boolean {
    return this.keys.of(key).isSecret || (next !== undefined && this.redactor.isEnd(next))
  }

  /** The mask as JSON. */
  mask(): string {
    return this.wrote(quote(this.redactor.mask))
  }

  /** A string of the data as JSON, scrubbed, in at most half of the room: what follows is to be seen too. */
  text(text: string, share: number = this.left / 2): string {
    const clean = this.scrub(text)
    // Six characters are the longest escape: the usual text fits without a second look.
    return this.wrote(clean.length * 6 < share ? quote(clean) : quoteWithin(clean, share))
  }

  /** A short word on a value that has no JSON of its own, as JSON. */
  note(text: string): string {
    return this.wrote(quoteWithin(this.name(text), MAX_NAME))
  }

  /** A name out of the data, scrubbed and short, not yet quoted. */
  name(text: string): string {
    return cutText(this.scrub(text), MAX_NAME)
  }

  /** The text without its secrets. Where the work is used up nothing of it is shown. */
  scrub(text: string): string {
    if (!this.redactor.mayScrub(text)) return text
    if (this.work <= 0) return `[${text.length} characters]`
    this.work -= text.length
    return this.redactor.scrub(text)
  }

  /** Counts what is written and hands it on. */
  wrote(json: string): string {
    this.left -= json.length
    return json
  }
}
