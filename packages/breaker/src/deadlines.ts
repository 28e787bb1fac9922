import type { Clock } from './clock.ts'

/** Something that ends at an instant unless it is removed before; it is its own link in the list that holds it. */
export abstract class Deadline {
  /** Monotonic milliseconds; `undefined` while it is in no list. */
  at: number | undefined
  earlier: Deadline | undefined
  later: Deadline | undefined

  /** Its instant has come; it is in no list any more. */
  abstract expire(): void
}

/** In the place of a timer while due deadlines expire: nothing they do may start another. */
const EXPIRING = (): void => {}

/**
 * Deadlines that all lie equally far ahead when they are added, and so fall due in that order: a linked list and one timer
 * for the first of them serve any number. Adding and removing are O(1). The timer keeps the process alive, since somebody
 * awaits whatever has a deadline; with none left there is no timer. A delay of `Infinity` never has one.
 */
export class Deadlines {
  readonly #delayMs: number
  readonly #clock: Clock
  #first: Deadline | undefined
  #last: Deadline | undefined
  #cancelTimer: (() => void) | undefined

  constructor(delayMs: number, clock: Clock) {
    this.#delayMs = delayMs
    this.#clock = clock
  }

  add(deadline: Deadline): void {
    if (this.#delayMs === Infinity) return
    deadline.at = this.#clock.monotonic() + this.#delayMs
    deadline.earlier = this.#last
    if (this.#last === undefined) this.#first = deadline
    else this.#last.later = deadline
    this.#last = deadline
    if (this.#cancelTimer === undefined) this.#startTimer(this.#delayMs)
  }

  /** Without effect on one that is not in the list. */
  remove(deadline: Deadline): void {
    if (deadline.at === undefined) return
    this.#unlink(deadline)
    if (this.#first === undefined) this.#stopTimer()
  }

  #unlink(deadline: Deadline): void {
    const { earlier, later } = deadline
    if (earlier === undefined) this.#first = later
    else earlier.later = later
    if (later === undefined) this.#last = earlier
    else later.earlier = earlier
    deadline.at = undefined
    deadline.earlier = undefined
    deadline.later = undefined
  }

  #startTimer(delayMs: number): void {
    this.#cancelTimer = this.#clock.setTimer(this.#expireDue, delayMs, true)
  }

  #stopTimer(): void {
    if (this.#cancelTimer === EXPIRING) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  readonly #expireDue = (): void => {
    this.#cancelTimer = EXPIRING
    const now = this.#clock.monotonic()
    for (let due = this.#first; due?.at !== undefined && due.at <= now; due = this.#first) {
      this.#unlink(due)
      due.expire()
    }
    this.#cancelTimer = undefined
    // The timer was set for a deadline that may be long gone: it goes on for the one that is the first by now.
    if (this.#first?.at !== undefined) this.#startTimer(this.#first.at - now)
  }
}
