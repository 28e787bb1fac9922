import { Breaker, type BreakerOptions, BreakerOpenError, IsolatedError } from '@org/breaker'
import { ManualClock } from '@org/breaker/testing'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { ReferenceBreaker, type ReferenceCall, type ReferenceOptions } from './reference-breaker.fixture.ts'

const RUNS = 3_000
const STEPS = 60

interface RunningCall {
  readonly reference: ReferenceCall
  settle(outcome: 'success' | 'failure' | 'ignored'): Promise<void>
}

function randomOptions(random: Random): ReferenceOptions {
  const failureRate = { rate: random.pick([0.3, 0.5, 1]), minCalls: random.int(1, 6), calls: random.int(6, 12) }
  const slowRate = {
    rate: random.pick([0.3, 0.5, 1]),
    minCalls: random.int(1, 6),
    durationMs: random.pick([100, 1_000]),
    slowerThanMs: random.pick([0, 10, 50]),
  }
  return {
    consecutiveFailures: random.pick([1, 2, 5, Infinity]),
    failureRate: random.chance(0.5) ? failureRate : undefined,
    slowRate: random.chance(0.5) ? slowRate : undefined,
    openForMs: random.pick([0, 10, 100]),
    permits: random.int(1, 3),
    successes: random.int(1, 4),
    permitTimeoutMs: random.pick([10, 100, Infinity]),
  }
}

function breakerOptions(options: ReferenceOptions, clock: ManualClock): BreakerOptions {
  const { consecutiveFailures, failureRate, slowRate, openForMs, permits, successes, permitTimeoutMs } = options
  return {
    clock,
    consecutiveFailures,
    failureRate: failureRate && {
      rate: failureRate.rate,
      minCalls: failureRate.minCalls,
      window: { calls: failureRate.calls },
    },
    slowCallRate: slowRate && {
      rate: slowRate.rate,
      minCalls: slowRate.minCalls,
      window: { duration: slowRate.durationMs },
      slowerThan: slowRate.slowerThanMs,
    },
    openFor: openForMs,
    halfOpen: { permits, successes, permitTimeout: permitTimeoutMs },
  }
}

/** One breaker and its reference through the same random history. */
class Run {
  readonly #random: Random
  readonly #clock = new ManualClock()
  readonly #breaker: Breaker
  readonly #reference: ReferenceBreaker
  readonly #calls: RunningCall[] = []
  readonly #isolations: Disposable[] = []
  #settled = 0
  #begun = 0

  constructor(random: Random) {
    this.#random = random
    const options = randomOptions(random)
    this.#breaker = new Breaker(breakerOptions(options, this.#clock))
    this.#reference = new ReferenceBreaker(options)
  }

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      await this.#step()
      expect(this.#breaker.state).toBe(this.#reference.state)
      expect(this.#reference.probes.length).toBeLessThanOrEqual(this.#reference.options.permits)
    }
    for (const call of this.#calls.splice(0)) await this.#settle(call)
    expect(this.#settled).toBe(this.#begun)
    if (this.#breaker.state === 'half-open') expect(this.#freePermits()).toBe(this.#reference.options.permits)
    expect(this.#clock.pendingTimers).toBe(0)
  }

  /** With every call settled, all permits of a half-open breaker are there again. */
  #freePermits(): number {
    let free = 0
    while (this.#breaker.tryAcquire() !== 0) free++
    return free
  }

  async #step(): Promise<void> {
    const chance = this.#random.next()
    if (chance < 0.4) await this.#begin()
    else if (chance < 0.75) await this.#settleOne()
    else if (chance < 0.95) await this.#clock.advance(this.#random.pick([0, 1, 9, 10, 11, 60, 100, 500]))
    else this.#command()
  }

  #command(): void {
    const commands = [
      () => {
        this.#isolations.push(this.#breaker.isolate())
        this.#reference.isolate()
      },
      () => {
        const one = this.#isolations.pop()
        if (one === undefined) return
        one[Symbol.dispose]()
        this.#reference.release()
      },
      () => {
        this.#isolations.length = 0
        this.#breaker.disable()
        this.#reference.disable()
      },
      () => {
        this.#isolations.length = 0
        this.#breaker.reset()
        this.#reference.reset()
      },
    ]
    this.#random.pick(commands)()
  }

  async #begin(): Promise<void> {
    const reference = this.#reference.tryAcquire(this.#clock.monotonic())
    const leaving = new AbortController()
    let settle!: (outcome: 'success' | 'failure' | 'ignored') => void
    const work = new Promise<string>((resolve, reject) => {
      settle = (outcome) => {
        if (outcome === 'ignored') leaving.abort()
        if (outcome === 'success') resolve('value')
        else reject(new Error(outcome))
      }
    })
    let ran = false
    const running = () => {
      ran = true
      return work
    }
    const answer = this.#breaker.run(running, { signal: leaving.signal })
    expect(ran).toBe(reference !== undefined)
    if (reference === undefined) {
      await expect(answer).rejects.toSatisfy(
        (error) => error instanceof BreakerOpenError || error instanceof IsolatedError,
      )
      return
    }
    this.#begun++
    this.#calls.push({
      reference,
      settle: async (outcome) => {
        settle(outcome)
        if (outcome === 'success') await expect(answer).resolves.toBe('value')
        else await expect(answer).rejects.toThrow(outcome)
        this.#settled++
      },
    })
  }

  async #settleOne(): Promise<void> {
    if (this.#calls.length === 0) return
    const [call] = this.#calls.splice(this.#random.int(0, this.#calls.length - 1), 1)
    await this.#settle(call as RunningCall)
  }

  /** Ends it in both; a late result leaves every counter but one, and the state, as they were. */
  async #settle(call: RunningCall): Promise<void> {
    const outcome = this.#random.pick(['success', 'success', 'failure', 'failure', 'ignored'] as const)
    const before = this.#breaker.stats()
    const counted = this.#reference.ended(call.reference, outcome, this.#clock.monotonic())
    await call.settle(outcome)
    const after = this.#breaker.stats()
    expect(after.late - before.late).toBe(counted ? 0 : 1)
    if (!counted) expect({ ...after, late: 0 }).toEqual({ ...before, late: 0 })
  }
}

describe('Breaker', () => {
  const seed = testSeed()

  it(`does what a plain reference does, in random histories (TEST_SEED=${seed})`, { timeout: 120_000 }, async () => {
    for (let run = 0; run < RUNS; run++) {
      try {
        await new Run(seededRandom(seed + run)).play()
      } catch (error) {
        throw new Error(`seed ${seed + run} differs`, { cause: error })
      }
    }
  })
})
