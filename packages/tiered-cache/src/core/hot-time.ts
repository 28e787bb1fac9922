import { type Clock, systemClock } from '../clock.ts'

/** After so many readings within one millisecond reads are dense: then one reading serves for that many. */
const READS_PER_READING = 32
/** Lies ahead of the clock by so much while reads are dense: what is fresh even then needs no exact reading. */
const AHEAD_MS = 1_000
/** A reading is forgotten after so long, in case no read follows. */
const READING_LASTS_MS = 5

/**
 * The time by which hits are judged, without a reading of the clock for each: that alone costs twice a look-up in a Map.
 *
 * While reads are dense, `horizon()` is an instant up to a second ahead, good for 32 reads. A value that is fresh then is fresh
 * now; for the others the caller reads the clock itself, so that an entry is never taken for fresh in its last second by a clock
 * that stands still. Only the 31 reads after such a run may be judged by an instant in the past: where more than a second passes
 * between them without a turn of the loop. Sparse reads, and those by a clock of the user's own, are exact each.
 */
export class HotTime {
  readonly #clock: Clock
  /** Whether the last horizon lies ahead: a miss by it says nothing yet. */
  isAhead = false
  #horizon = 0
  #readsLeft = 0
  #lastReading = 0
  #readingsAtOnce = 0
  #cancel: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** An instant that is not before now, but for what is said above. The path of a hit. */
  horizon(): number {
    if (this.#readsLeft > 0) {
      this.#readsLeft--
      return this.#horizon
    }
    return this.#read()
  }

  #read(): number {
    const now = this.#clock.now()
    this.#readingsAtOnce = now === this.#lastReading ? this.#readingsAtOnce + 1 : 0
    this.#lastReading = now
    this.isAhead = this.#readingsAtOnce >= READS_PER_READING && this.#clock === systemClock
    if (!this.isAhead) return now
    this.#horizon = now + AHEAD_MS
    this.#readsLeft = READS_PER_READING - 1
    this.#forgetSoon()
    return this.#horizon
  }

  /** Its timer is cancelled, if it has one. */
  close(): void {
    this.#cancel?.()
    this.#forget()
  }

  /** One timer at most, and none while nobody reads. */
  #forgetSoon(): void {
    this.#cancel ??= this.#clock.setTimer(() => this.#forget(), READING_LASTS_MS)
  }

  #forget(): void {
    this.#cancel = undefined
    this.#readsLeft = 0
  }
}
