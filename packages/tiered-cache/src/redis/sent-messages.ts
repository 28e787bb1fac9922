import { isAfter } from './stream-id.ts'

/** Where nobody reads: the oldest are forgotten. */
const MAX_SENT = 10_000

/**
 * The messages of one bus that the stream has acknowledged and that were not read there yet. A stream that a failover rolled back
 * looks whole to whoever had read to where it ends now: only who has sent what is gone can tell.
 */
export class SentMessages {
  #ids: string[] = []
  #readUpTo = '0-0'

  /** The oldest that is still to be read. */
  get oldest(): string | undefined {
    return this.#ids[0]
  }

  /** The stream has taken a message. */
  sent(id: string): void {
    // The reader may be quicker than the answer.
    if (!isAfter(id, this.#readUpTo)) return
    if (this.#ids.length === MAX_SENT) this.#ids.shift()
    this.#ids.push(id)
  }

  /** An entry was read; false where a message that was sent before it is missing. */
  read(id: string): boolean {
    this.#readUpTo = id
    while (this.#ids.length > 0 && !isAfter(this.#ids[0] as string, id)) {
      if (this.#ids.shift() !== id) return false
    }
    return true
  }

  /** Nothing that was sent so far is to be read any more: what is asked for now is where the stream ends. */
  forgetAll(): void {
    this.#ids = []
  }

  /** The stream is read from here on. */
  goOnAfter(id: string): void {
    this.#readUpTo = id
    this.#ids = this.#ids.filter((each) => isAfter(each, id))
  }
}
