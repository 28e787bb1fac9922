import type { Clock } from '../clock.ts'

/** A write that has not settled after so many deadlines is given up: it may never settle, and its key has to go on. */
const GIVE_UP_AFTER_DEADLINES = 10

/**
 * One write in two steps. `acknowledged` is what its caller waits for, at most until the deadline; `settled` is when the
 * tier itself is done, however late. Only then may the next write to the key begin.
 */
export interface RunningWrite {
  /** Of the entry that may land; -Infinity for a delete. */
  readonly storedAt: number
  readonly acknowledged: Promise<boolean>
  readonly settled: Promise<unknown>
}

/** Whether the lane has been given up since the write began: what was not sent by then is not to be sent. */
export type IsGivenUp = () => boolean

type Begin = (isGivenUp: IsGivenUp) => RunningWrite

interface WaitingWrite {
  readonly begin: Begin
  readonly answer: (acknowledged: boolean | Promise<boolean>) => void
}

interface Lane {
  readonly begunAt: number
  storedAt: number
  waiting: WaitingWrite | undefined
}

/**
 * Writes to one tier in order, key by key: a write that is late never lands on a newer one. While one write to a key is
 * under way at most one more waits, the newest: one between them is answered as the newest is.
 */
export class WriteLanes {
  readonly #lanes = new Map<string, Lane>()
  readonly #clock: Clock
  readonly #deadlineMs: number

  constructor(clock: Clock, deadlineMs: number) {
    this.#clock = clock
    this.#deadlineMs = deadlineMs
  }

  get size(): number {
    return this.#lanes.size
  }

  /** The keys that are being written. */
  keys(): Iterable<string> {
    return this.#lanes.keys()
  }

  isBusy(key: string): boolean {
    return this.#lanes.has(key)
  }

  /** Begins the write, now or after the one under way; false where it is not acknowledged within the deadline from now. */
  submit(key: string, begin: Begin): Promise<boolean> {
    const lane = this.#lanes.get(key)
    return lane === undefined ? this.#run(key, begin) : this.#wait(lane, begin)
  }

  /** Gives up the write under way where it is long past its deadline. The answer is the instant of what may land any time. */
  giveUpHung(key: string): number | undefined {
    const lane = this.#lanes.get(key)
    if (lane === undefined) return undefined
    if (this.#clock.monotonic() - lane.begunAt <= GIVE_UP_AFTER_DEADLINES * this.#deadlineMs) return undefined
    this.#leave(key, lane)
    return lane.storedAt
  }

  /** Gives up all of them: whatever is under way may land at any time. */
  giveUpAll(): void {
    for (const [key, lane] of this.#lanes) this.#leave(key, lane)
  }

  #run(key: string, begin: Begin): Promise<boolean> {
    const lane: Lane = { begunAt: this.#clock.monotonic(), storedAt: -Infinity, waiting: undefined }
    this.#lanes.set(key, lane)
    const { acknowledged, settled, storedAt } = begin(() => this.#lanes.get(key) !== lane)
    lane.storedAt = storedAt
    const next = (): void => this.#leave(key, lane)
    settled.then(next, next)
    return acknowledged
  }

  /** Frees the key and begins what waits for it; without effect for a lane that was given up. */
  #leave(key: string, lane: Lane): void {
    if (this.#lanes.get(key) !== lane) return
    this.#lanes.delete(key)
    if (lane.waiting !== undefined) lane.waiting.answer(this.#run(key, lane.waiting.begin))
  }

  #wait(lane: Lane, begin: Begin): Promise<boolean> {
    const older = lane.waiting
    const acknowledged = new Promise<boolean>((resolve, reject) => {
      const waiting: WaitingWrite = {
        begin,
        answer: (answer) => void settleWith(answer, resolve, reject, cancel),
      }
      // One deadline for the wait and the write together.
      const cancel = this.#clock.setTimer(() => {
        if (lane.waiting === waiting) lane.waiting = undefined
        resolve(false)
      }, this.#deadlineMs)
      lane.waiting = waiting
    })
    // A value that cannot be stored is the newer caller's own error.
    older?.answer(acknowledged.catch(() => false))
    return acknowledged
  }
}

async function settleWith<T>(
  answer: T | Promise<T>,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
  finish: () => void,
): Promise<void> {
  try {
    resolve(await answer)
  } catch (error) {
    reject(error)
  } finally {
    finish()
  }
}
