import type { Clock } from '../clock.ts'

/**
 * One write in two steps. `acknowledged` is what its caller waits for, at most until the deadline; `settled` is when the
 * tier itself is done, however late. Only then may the next write to the key begin.
 */
export interface RunningWrite {
  readonly acknowledged: Promise<boolean>
  readonly settled: Promise<unknown>
}

interface WaitingWrite {
  readonly begin: () => RunningWrite
  readonly answer: (acknowledged: boolean | Promise<boolean>) => void
  readonly stopWaiting: () => void
}

interface Lane {
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

  isBusy(key: string): boolean {
    return this.#lanes.has(key)
  }

  /** Begins the write now, or after the one under way; false where its turn did not come within the deadline. */
  submit(key: string, begin: () => RunningWrite): Promise<boolean> {
    const lane = this.#lanes.get(key)
    return lane === undefined ? this.#run(key, begin) : this.#wait(lane, begin)
  }

  #run(key: string, begin: () => RunningWrite): Promise<boolean> {
    const lane: Lane = { waiting: undefined }
    this.#lanes.set(key, lane)
    const { acknowledged, settled } = begin()
    const next = (): void => {
      this.#lanes.delete(key)
      const { waiting } = lane
      if (waiting === undefined) return
      waiting.stopWaiting()
      waiting.answer(this.#run(key, waiting.begin))
    }
    settled.then(next, next)
    return acknowledged
  }

  #wait(lane: Lane, begin: () => RunningWrite): Promise<boolean> {
    const older = lane.waiting
    const acknowledged = new Promise<boolean>((answer) => {
      const stopWaiting = this.#clock.setTimer(() => {
        lane.waiting = undefined
        answer(false)
      }, this.#deadlineMs)
      lane.waiting = { begin, answer, stopWaiting }
    })
    older?.stopWaiting()
    // A value that cannot be stored is the newer caller's own error.
    older?.answer(acknowledged.catch(() => false))
    return acknowledged
  }
}
