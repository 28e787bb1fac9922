/** How long reads may keep the loop waiting in one turn of it. */
const TURN_MS = 1
const SLOW_MS = 1
/** The latest reads, of which the share of slow ones tells a slow disk. */
const WINDOW = 64
/** Fewer tell nothing: a busy machine stops a process in the middle of a read now and then, however fast the disk is. */
const LEAST_SLOW = 4
const MOST_SLOW_SHARE = 1 / 8
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 30_000

/**
 * Says whether the next read may keep the loop waiting: as long as reads of this turn have taken less than a millisecond, on a disk
 * that answers fast. A disk is slow where more than an eighth of the latest 64 reads, and at least four, took over a millisecond.
 *
 * A slow one is left to threads for a pause of 0.1 seconds, then tried again. Each pause is twice as long as the one before, up to
 * half a minute; after a whole window without another, the next is short again.
 */
export class ReadPace {
  #turnMs = 0
  /** A ring: 1 for a slow read. */
  readonly #window = new Uint8Array(WINDOW)
  #slow = 0
  /** Since the last pause. */
  #reads = 0
  #pauseMs = FIRST_PAUSE_MS
  #pausedUntil = -Infinity

  mayBlock(now: number): boolean {
    return this.#turnMs < TURN_MS && now >= this.#pausedUntil
  }

  /** A read kept the loop waiting for `ms`, until `now` (both by a clock that never jumps). */
  blocked(ms: number, now: number): void {
    if (this.#turnMs === 0) setImmediate(this.#nextTurn)
    this.#turnMs += ms
    this.#note(ms > SLOW_MS ? 1 : 0)
    if (this.#isSlow()) this.#pause(now)
    else if (this.#reads === WINDOW) this.#pauseMs = FIRST_PAUSE_MS
  }

  readonly #nextTurn = (): void => {
    this.#turnMs = 0
  }

  #note(slow: 0 | 1): void {
    const at = this.#reads % WINDOW
    this.#slow += slow - this.#window[at]!
    this.#window[at] = slow
    this.#reads++
  }

  #isSlow(): boolean {
    return this.#slow >= LEAST_SLOW && this.#slow > MOST_SLOW_SHARE * Math.min(this.#reads, WINDOW)
  }

  #pause(now: number): void {
    this.#pausedUntil = now + this.#pauseMs
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS)
    this.#window.fill(0)
    this.#slow = 0
    this.#reads = 0
  }
}
