import { MovingP99 } from '../tiers/moving-p99.ts'

/** How long reads may keep the loop waiting in one turn of it. */
const TURN_MS = 1
/** A disk on which the slowest of a hundred reads takes longer is read by threads alone. */
const SLOW_MS = 1
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
/** So many fast reads in a row, and the disk is fast again. */
const TRIALS = 8

/**
 * Says whether the next read may keep the loop waiting: as long as reads of this turn have taken less than a millisecond, on a disk
 * that answers fast. A slow one is tried again after a pause of a second, then two, up to half a minute.
 */
export class ReadPace {
  #turnMs = 0
  #p99 = new MovingP99()
  #trialsLeft = 0
  #pauseMs = FIRST_PAUSE_MS
  #pausedUntil = -Infinity

  mayBlock(now: number): boolean {
    return this.#turnMs < TURN_MS && now >= this.#pausedUntil
  }

  /** A read kept the loop waiting for `ms`, until `now` (both by a clock that never jumps). */
  blocked(ms: number, now: number): void {
    if (this.#turnMs === 0) setImmediate(this.#nextTurn)
    this.#turnMs += ms
    if (this.#trialsLeft > 0) this.#tried(ms, now)
    else if (this.#p99.record(ms) && this.#p99.value! > SLOW_MS) this.#pause(now)
  }

  readonly #nextTurn = (): void => {
    this.#turnMs = 0
  }

  #tried(ms: number, now: number): void {
    if (ms > SLOW_MS) return this.#pause(now)
    this.#trialsLeft--
    if (this.#trialsLeft === 0) this.#pauseMs = FIRST_PAUSE_MS
  }

  #pause(now: number): void {
    this.#pausedUntil = now + this.#pauseMs
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS)
    this.#trialsLeft = TRIALS
    this.#p99 = new MovingP99()
  }
}
