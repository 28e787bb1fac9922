import { ManualClock } from '@org/breaker/testing'
import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { type CurrentDeadline, OperationsUnderWay, OperationUnderWay, type Turn } from './operations-under-way.ts'

const seed = testSeed()

class Recorded extends OperationUnderWay {
  end: string | undefined
  readonly onExpire: () => void

  constructor(onExpire: () => void = () => {}) {
    super()
    this.onExpire = onExpire
  }

  override expire(deadlineMs: number): void {
    this.end = `expired after ${deadlineMs}`
    this.onExpire()
  }

  override release(): void {
    this.end = 'released'
  }
}

function setUp({ currentMs = 10, mostMs = 100, turn }: { currentMs?: number; mostMs?: number; turn?: Turn } = {}) {
  const clock = new ManualClock()
  const deadline = { currentMs, mostMs }
  const underWay = new OperationsUnderWay(deadline, clock, turn)
  const add = (operation = new Recorded()): Recorded => {
    underWay.add(operation)
    return operation
  }
  const answer = (operation: OperationUnderWay): boolean => underWay.remove(operation, clock.monotonic())
  return { clock, deadline, underWay, add, answer }
}

describe('OperationsUnderWay', () => {
  it('expires an operation at its deadline', async () => {
    const { clock, add, answer } = setUp()
    const operation = add()
    await clock.advance(9)
    expect(operation.end).toBeUndefined()
    await clock.advance(1)
    expect(operation.end).toBe('expired after 10')
    expect(answer(operation)).toBe(false)
  })

  it('has one timer for all, and none without operations', async () => {
    const { clock, underWay, add, answer } = setUp()
    const operations = [add(), add(), add()]
    expect(clock.pendingTimers).toBe(1)
    for (const operation of operations) expect(answer(operation)).toBe(true)
    expect(clock.pendingTimers).toBe(0)
    add()
    underWay.releaseAll()
    expect(clock.pendingTimers).toBe(0)
    add()
    await clock.advance(20)
    expect(clock.pendingTimers).toBe(0)
  })

  it('releases all who wait, once', async () => {
    const { clock, underWay, add } = setUp()
    const operations = [add(), add()]
    underWay.releaseAll()
    expect(operations.map(({ end }) => end)).toEqual(['released', 'released'])
    await clock.advance(100)
    expect(operations.map(({ end }) => end)).toEqual(['released', 'released'])
  })

  it('lets the one that expires release the others', async () => {
    const { clock, underWay, add } = setUp()
    add(new Recorded(() => underWay.releaseAll()))
    const second = add()
    await clock.advance(10)
    expect(second.end).toBe('released')
    expect(clock.pendingTimers).toBe(0)
  })

  it('guards an operation that begins while others expire', async () => {
    const { clock, add } = setUp()
    const next = new Recorded()
    add(new Recorded(() => add(next)))
    await clock.advance(19)
    expect(next.end).toBeUndefined()
    await clock.advance(1)
    expect(next.end).toBe('expired after 10')
  })

  it('counts the time of those that have to wait from the answer of the oldest one, up to the configured deadline', async () => {
    const { clock, add, answer } = setUp()
    const burst = Array.from({ length: 12 }, () => add())
    for (const operation of burst.slice(0, 11)) {
      await clock.advance(9)
      expect(answer(operation)).toBe(true)
    }
    expect(burst[11]!.end).toBeUndefined()
    await clock.advance(1)
    expect(burst[11]!.end).toBe('expired after 100')
  })

  it('expires one that hangs although those behind it are answered', async () => {
    const { clock, add, answer } = setUp()
    const hung = add()
    for (let ms = 0; ms < 10; ms++) {
      const behind = add()
      await clock.advance(1)
      expect(answer(behind)).toBe(true)
    }
    expect(hung.end).toBe('expired after 10')
  })

  it('gives those who wait the longer time where the deadline rises', async () => {
    const { clock, deadline, add } = setUp()
    const operation = add()
    await clock.advance(5)
    deadline.currentMs = 30
    await clock.advance(24)
    expect(operation.end).toBeUndefined()
    await clock.advance(1)
    expect(operation.end).toBe('expired after 30')
  })

  it('sets its next timer for a deadline that has fallen', async () => {
    const { clock, deadline, add } = setUp({ currentMs: 50 })
    const first = add()
    deadline.currentMs = 5
    await clock.advance(49)
    const second = add()
    await clock.advance(1)
    expect([first.end, second.end]).toEqual(['expired after 5', undefined])
    await clock.advance(4)
    expect(second.end).toBe('expired after 5')
  })

  it('takes an answer that is read in the turn after the timer', async () => {
    const turns: (() => void)[] = []
    const { clock, add, answer } = setUp({ turn: (callback) => void turns.push(callback) })
    const [read, silent] = [add(), add()]
    await clock.advance(10)
    expect([turns.length, silent.end]).toEqual([1, undefined])
    expect(answer(read)).toBe(true)
    turns.pop()!()
    // The answer of the oldest one counts for those behind it.
    expect(silent.end).toBeUndefined()
    await clock.advance(10)
    turns.pop()!()
    expect(silent.end).toBe('expired after 20')
  })

  it('ends without a timer where all are answered in that turn', async () => {
    const turns: (() => void)[] = []
    const { clock, add, answer } = setUp({ turn: (callback) => void turns.push(callback) })
    const operation = add()
    await clock.advance(10)
    expect(answer(operation)).toBe(true)
    turns.pop()!()
    expect([clock.pendingTimers, turns.length]).toEqual([0, 0])
  })

  /** What nobody waits for any more is of no account: time beyond the deadline is that in which the loop was blocked. */
  class BlockedClock extends ManualClock {
    blockedMs = 0

    override monotonic(): number {
      return super.monotonic() + this.blockedMs
    }
  }

  it('gives the time again for which its timer was late, but no more than the deadline', async () => {
    for (const [lateMs, againMs] of [
      [0.2, 1],
      [3, 3],
      [300, 10],
    ] as const) {
      const clock = new BlockedClock()
      const underWay = new OperationsUnderWay({ currentMs: 10, mostMs: 250 }, clock)
      const operation = new Recorded()
      underWay.add(operation)
      clock.blockedMs = lateMs
      await clock.advance(10)
      expect(operation.end, `late by ${lateMs}`).toBeUndefined()
      await clock.advance(againMs - 0.5)
      expect(operation.end, `late by ${lateMs}`).toBeUndefined()
      await clock.advance(0.5)
      expect(operation.end, `late by ${lateMs}`).toBe('expired after 10')
    }
  })

  it('judges what has begun since its timer was late by a timer of its own', async () => {
    const clock = new BlockedClock()
    const underWay = new OperationsUnderWay({ currentMs: 10, mostMs: 250 }, clock)
    const [first, second] = [new Recorded(), new Recorded()]
    underWay.add(first)
    clock.blockedMs = 8
    await clock.advance(10)
    underWay.add(second)
    clock.blockedMs = 100
    await clock.advance(8)
    expect([first.end, second.end]).toEqual(['expired after 10', undefined])
  })

  it(`expires each at its time, by a plain model (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 30; round++) {
      const { clock, deadline, underWay, add } = setUp({ currentMs: random.int(1, 20), mostMs: random.int(20, 60) })
      const model = new PlainModel(deadline, clock)
      const operations: Recorded[] = []
      for (let ms = 0; ms < 300; ms++) {
        for (let more = random.int(0, 2); more > 0; more--) operations.push(model.add(add()))
        for (const operation of operations) {
          if (!operation.isUnderWay || !random.chance(0.08)) continue
          expect(underWay.remove(operation, clock.monotonic())).toBe(true)
          model.remove(operation)
        }
        // One that falls is heeded from the next timer on: an example shows it.
        if (random.chance(0.02)) deadline.currentMs = Math.min(deadline.mostMs, deadline.currentMs + random.int(0, 5))
        await clock.advance(1)
        model.expire()
        expect(operations.filter(({ end }) => end !== undefined)).toEqual(model.expired)
      }
    }
  })
})

/** Looks at every operation at every millisecond. */
class PlainModel {
  readonly expired: Recorded[] = []
  readonly #deadline: CurrentDeadline
  readonly #clock: Clock
  #waiting: Recorded[] = []
  #movedOnAt = -Infinity

  constructor(deadline: CurrentDeadline, clock: Clock) {
    this.#deadline = deadline
    this.#clock = clock
  }

  add(operation: Recorded): Recorded {
    this.#waiting.push(operation)
    return operation
  }

  remove(operation: Recorded): void {
    if (this.#waiting[0] === operation) this.#movedOnAt = this.#clock.monotonic()
    this.#waiting = this.#waiting.filter((one) => one !== operation)
  }

  expire(): void {
    const { currentMs, mostMs } = this.#deadline
    const now = this.#clock.monotonic()
    const isOverdue = ({ begunAt }: Recorded): boolean =>
      now - begunAt >= mostMs || (now - begunAt >= currentMs && now - this.#movedOnAt >= currentMs)
    this.expired.push(...this.#waiting.filter(isOverdue))
    this.#waiting = this.#waiting.filter((one) => !isOverdue(one))
  }
}
