import type { Clock } from '../clock.ts'
import type { AdaptiveDeadline } from './adaptive-deadline.ts'

/** Calls back once the loop has turned: what lay in the sockets has been read by then. */
export type Turn = (callback: () => void) => void

/** One operation that somebody waits for; it is its own link in the list that holds it. */
export abstract class OperationUnderWay {
  /** Monotonic milliseconds. */
  begunAt = 0
  /** How much longer than the current deadline it may take, for what it sends. */
  sendingMs = 0
  isUnderWay = false
  earlier: OperationUnderWay | undefined
  later: OperationUnderWay | undefined

  /** It got no answer in the `deadlineMs` it was given; it is in no list any more. */
  abstract expire(deadlineMs: number): void
  /** Nobody is to wait for it any longer; it is in no list any more. */
  abstract release(): void
}

/** What is known of how long an operation may take, at each moment. */
export type CurrentDeadline = Pick<AdaptiveDeadline, 'currentMs' | 'mostMs'>

/** Keeps the process alive for one turn: the loop would not turn for one that is unref'd. */
const nextTurn: Turn = (callback) => void setImmediate(callback)

/** In the place of a timer while the overdue are judged: nothing that is added meanwhile may start another. */
const JUDGING = (): void => {}

/**
 * The operations of one tier that somebody waits for, the oldest first, and one timer for all of them; without any there is no
 * timer. Adding and removing are O(1).
 *
 * An operation is overdue when nothing came for the length of the current deadline: neither its own answer nor, before that, the
 * answer of the oldest one, for which those behind it have to wait. So a burst that a tier works off is not overdue while answers
 * come in order, and one that hangs is, although those behind it are answered. Whatever comes, none waits for longer than the
 * configured deadline.
 *
 * What the event loop was blocked for is not the tier's fault. A timer that comes late tells of it: it is set once more, for as
 * long as it was late, in which requests that could not be sent are sent and answered. Then the loop turns once, so that answers
 * which are there are read. Only what was overdue at the first time and still is has expired.
 */
export class OperationsUnderWay {
  readonly #deadline: CurrentDeadline
  readonly #clock: Clock
  readonly #turn: Turn
  #first: OperationUnderWay | undefined
  #last: OperationUnderWay | undefined
  /** When the oldest one was answered the last time. */
  #movedOnAt = -Infinity
  #timerAt = 0
  /** When the overdue were found: what has become so since is judged the next time. */
  #overdueAt = 0
  #cancelTimer: (() => void) | undefined

  constructor(deadline: CurrentDeadline, clock: Clock, turn: Turn = nextTurn) {
    this.#deadline = deadline
    this.#clock = clock
    this.#turn = turn
  }

  add(operation: OperationUnderWay): void {
    const now = this.#clock.monotonic()
    operation.begunAt = now
    operation.isUnderWay = true
    operation.earlier = this.#last
    if (this.#last === undefined) this.#first = operation
    else this.#last.later = operation
    this.#last = operation
    // One that runs may be set for a longer deadline than the current one: the next will be set for that.
    if (this.#cancelTimer === undefined) this.#startTimer(now + this.#deadline.currentMs, now, this.#timeIsUp)
  }

  /** The tier has answered at `now`; false where nobody waited any more. */
  remove(operation: OperationUnderWay, now: number): boolean {
    if (!operation.isUnderWay) return false
    if (operation === this.#first) this.#movedOnAt = now
    this.#unlink(operation)
    if (this.#first === undefined) this.#stopTimer()
    return true
  }

  /** Ends the wait for all of them. */
  releaseAll(): void {
    for (let first = this.#first; first !== undefined; first = this.#first) {
      this.#unlink(first)
      first.release()
    }
    this.#stopTimer()
  }

  /** Asked of the oldest one alone: those behind it wait for it. */
  #dueAt({ begunAt, sendingMs }: OperationUnderWay): number {
    const { currentMs, mostMs } = this.#deadline
    return Math.min(begunAt + mostMs, Math.max(begunAt, this.#movedOnAt) + currentMs + sendingMs)
  }

  #unlink(operation: OperationUnderWay): void {
    const { earlier, later } = operation
    if (earlier === undefined) this.#first = later
    else earlier.later = later
    if (later === undefined) this.#last = earlier
    else later.earlier = earlier
    operation.isUnderWay = false
    operation.earlier = undefined
    operation.later = undefined
  }

  /** One for an instant that has passed is late from the start. */
  #startTimer(at: number, now: number, callback: () => void): void {
    this.#timerAt = at
    this.#cancelTimer = this.#clock.setTimer(callback, Math.max(0, at - now))
  }

  #stopTimer(): void {
    if (this.#cancelTimer === JUDGING) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
  }

  readonly #timeIsUp = (): void => {
    const now = this.#clock.monotonic()
    const dueAt = this.#dueAt(this.#first!)
    if (dueAt > now) {
      this.#startTimer(dueAt, now, this.#timeIsUp)
      return
    }
    const lateMs = now - this.#timerAt
    this.#overdueAt = now
    if (lateMs <= 0) this.#judgeInATurn()
    else this.#startTimer(now + Math.max(1, Math.min(lateMs, this.#deadline.currentMs)), now, this.#judgeInATurn)
  }

  readonly #judgeInATurn = (): void => {
    this.#cancelTimer = JUDGING
    this.#turn(this.#judge)
  }

  readonly #judge = (): void => {
    for (let first = this.#first; first !== undefined; first = this.#first) {
      const dueAt = this.#dueAt(first)
      if (dueAt > this.#overdueAt) break
      this.#unlink(first)
      first.expire(Math.round(dueAt - first.begunAt))
    }
    this.#cancelTimer = undefined
    if (this.#first !== undefined) this.#startTimer(this.#dueAt(this.#first), this.#clock.monotonic(), this.#timeIsUp)
  }
}
