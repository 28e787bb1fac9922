import { ManualClock } from '@org/breaker/testing'
import { gate } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type TierDeadlineError, type TierFaultError, UnstorableValueError } from '../errors.ts'
import { NO_ANSWER } from './guard.ts'
import { GuardedTier } from './guarded-tier.ts'
import type { MaybePromise, Tier } from './tier.ts'

const NEVER = new Promise<never>(() => {})
const never = (): Promise<never> => NEVER
const failing = (): Promise<never> => Promise.reject(new Error('no'))

function setUp({ shared = true, deadlineMs = 250, tier = {} }: GuardSetting = {}) {
  const clock = new ManualClock()
  const faults: TierFaultError[] = []
  const states: boolean[] = []
  const times: number[] = []
  const probed: string[] = []
  let probe: (key: string) => MaybePromise<undefined> = () => Promise.resolve(undefined)
  const whole: Tier = {
    name: 'far',
    shared,
    sync: false,
    get: (key) => {
      probed.push(key)
      return probe(key)
    },
    set: () => Promise.resolve(),
    delete: () => Promise.resolve(),
    ...tier,
  }
  const guard = new GuardedTier(whole, deadlineMs, clock, {
    fault: (error) => faults.push(error),
    available: (available) => states.push(available),
    timed: (ms) => times.push(ms),
  })
  /** Operations of `ms` each, one after another. */
  const answer = async (ms: number, operations: number): Promise<void> => {
    for (let at = 0; at < operations; at++) {
      const reply = gate()
      const answered = guard.run('get', 'a', () => reply.promise)
      await clock.advance(ms)
      reply.open()
      await answered
    }
  }
  const runs = (count: number, work: () => MaybePromise<unknown>) =>
    Array.from({ length: count }, (_, at) => guard.run('get', `key ${at}`, work))
  const answerProbes = (by: typeof probe): void => {
    probe = by
  }
  return { clock, guard, faults, states, times, probed, answer, runs, answerProbes }
}

interface GuardSetting {
  readonly shared?: boolean
  readonly deadlineMs?: number
  readonly tier?: Partial<Tier>
}

/** Its answers in the order given, those that are still out as `undefined`. */
async function settledNow(answers: readonly unknown[]): Promise<unknown[]> {
  const settled: unknown[] = answers.map(() => undefined)
  answers.forEach((answer, at) => void Promise.resolve(answer).then((value) => (settled[at] = value)))
  await new Promise((resolve) => setImmediate(resolve))
  return settled
}

const rejections: unknown[] = []
const note = (reason: unknown): void => {
  rejections.push(reason)
}

beforeEach(() => {
  process.on('unhandledRejection', note)
})

afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(rejections.splice(0)).toEqual([])
})

describe('GuardedTier', () => {
  it('gives the answer of the tier, and leaves no timer', async () => {
    const { clock, guard, times } = setUp()
    await expect(guard.run('get', 'a', () => Promise.resolve('entry'))).resolves.toBe('entry')
    await expect(guard.run('get', 'a', () => 'at once')).resolves.toBe('at once')
    await expect(guard.run('get', 'a', () => undefined)).resolves.toBeUndefined()
    expect([clock.pendingTimers, times]).toEqual([0, [0, 0, 0]])
  })

  it('gives no answer for a fault, thrown or rejected, and tells of it', async () => {
    const { guard, faults } = setUp()
    const thrown = guard.run('get', 'a', () => {
      throw new Error('at once')
    })
    await expect(thrown).resolves.toBe(NO_ANSWER)
    await expect(guard.run('delete', undefined, failing)).resolves.toBe(NO_ANSWER)
    expect(faults.map(({ message, cause }) => `${message}: ${(cause as Error).message}`)).toEqual([
      'tier "far" failed to get key "a": at once',
      'tier "far" failed to delete: no',
    ])
  })

  it('passes on that a value cannot be stored, from a set alone, and opens for no number of them', async () => {
    const { guard, faults } = setUp()
    const refusing = () => Promise.reject(new UnstorableValueError('a', '$', 'a function'))
    for (let at = 0; at < 6; at++) await expect(guard.run('set', 'a', refusing)).rejects.toThrow(UnstorableValueError)
    expect([faults.length, guard.breaker]).toEqual([0, 'closed'])
    await expect(guard.run('get', 'a', refusing)).resolves.toBe(NO_ANSWER)
    expect(faults).toHaveLength(1)
  })

  it('is unavailable from an open that failed until the first success', async () => {
    const { guard, states } = setUp({ tier: { open: failing } })
    await guard.open()
    expect([guard.available, guard.breaker]).toEqual([false, 'closed'])
    await guard.run('get', 'a', () => undefined)
    expect(states).toEqual([false, true])
  })

  it('waits for close no longer than the configured deadline', async () => {
    const { clock, guard, faults } = setUp({ tier: { close: never } })
    const closing = guard.close()
    await clock.advance(250)
    await closing
    expect(faults.map(({ operation }) => operation)).toEqual(['close'])
  })
})

describe('GuardedTier whose tier goes silent', () => {
  it('opens on the first burst, and answers at once all who wait', async () => {
    const { clock, guard, faults, states, runs } = setUp()
    const burst = runs(5, never)
    await clock.advance(249)
    const late = runs(20, never)
    expect(await settledNow([...burst, ...late])).toEqual(Array(25).fill(undefined))
    await clock.advance(1)
    expect(await settledNow([...burst, ...late])).toEqual(Array(25).fill(NO_ANSWER))
    expect(faults.map(({ cause }) => (cause as TierDeadlineError).deadlineMs)).toEqual(Array(5).fill(250))
    expect([guard.breaker, states, clock.pendingTimers]).toEqual(['open', [false], 0])
  })

  it('refuses without a promise, and without calling the tier', async () => {
    const { guard, runs, probed } = setUp()
    await Promise.all(runs(5, failing))
    const calls: string[] = []
    expect(guard.run('get', 'a', () => calls.push('get'))).toBe(NO_ANSWER)
    expect(guard.run('clear', undefined, () => calls.push('clear'))).toBe(NO_ANSWER)
    expect([calls, probed]).toEqual([[], []])
  })

  it.each([
    ['before it has learned', 0, 155],
    ['when it has learned', 200, 20],
  ])('lets few requests wait, %s', async (_, learnings, most) => {
    const { clock, guard, answer, answerProbes } = setUp()
    answerProbes(never)
    await answer(1, learnings)
    const waits: number[] = []
    let waited = 0
    // 600 requests a second, for a second.
    for (let request = 0; request < 600; request++) {
      const begunAt = clock.monotonic()
      const reading = guard.run('get', `key ${request}`, never)
      if (reading !== NO_ANSWER) {
        waited++
        void Promise.resolve(reading).then(() => waits.push(clock.monotonic() - begunAt))
      }
      await clock.advance(request % 3 === 0 ? 1 : 2)
    }
    expect(waited).toBeLessThanOrEqual(most)
    expect(waits).toHaveLength(waited)
    expect(Math.max(...waits)).toBeLessThanOrEqual(learnings === 0 ? 250 : 5)
  })

  it('does not open where a burst is worked off slowly, but in order', async () => {
    const { clock, guard, answer, faults, runs } = setUp()
    await answer(1, 200)
    const replies = Array.from({ length: 60 }, () => gate())
    const burst = replies.map((reply) => runs(1, () => reply.promise)[0])
    for (const reply of replies) {
      await clock.advance(4)
      reply.open()
    }
    expect(await settledNow(burst)).not.toContain(NO_ANSWER)
    expect([faults.length, guard.breaker]).toEqual([0, 'closed'])
  })
})

describe('GuardedTier with its probes', () => {
  it('probes 50 ms after a failure, with the key just asked for, and nobody waits', async () => {
    const { clock, guard, states, probed, runs } = setUp()
    await Promise.all(runs(5, failing))
    await clock.advance(39)
    expect(guard.run('set', 'a', never)).toBe(NO_ANSWER)
    expect(probed).toEqual([])
    await clock.advance(11)
    expect(guard.run('set', 'b', never)).toBe(NO_ANSWER)
    await settledNow([])
    expect([probed, guard.breaker, states]).toEqual([['b'], 'closed', [false, true]])
  })

  it('probes every 50 ms while probes are rejected', async () => {
    const { clock, guard, probed, runs, answerProbes } = setUp()
    answerProbes(failing)
    await Promise.all(runs(5, failing))
    for (let ms = 0; ms < 1_000; ms++) {
      expect(guard.run('get', 'a', never)).toBe(NO_ANSWER)
      await clock.advance(1)
    }
    expect(probed.length).toBeGreaterThanOrEqual(19)
    expect(probed.length).toBeLessThanOrEqual(25)
  })

  it('probes a second after a deadline that passed, also where that was of a probe', async () => {
    const { clock, guard, probed, runs, answerProbes } = setUp()
    answerProbes(never)
    void runs(5, never)
    await clock.advance(250)
    const instants: number[] = []
    for (let ms = 250; ms < 4_500; ms++) {
      expect(guard.run('get', 'a', never)).toBe(NO_ANSWER)
      if (probed.length > instants.length) instants.push(ms)
      await clock.advance(1)
    }
    expect(instants).toEqual([1_250, 2_500, 3_750])
  })

  it('does not pause where the answer comes within the configured deadline after all', async () => {
    const { clock, guard, answer, probed, runs } = setUp()
    await answer(1, 200)
    const reply = gate()
    void runs(5, () => reply.promise)
    await clock.advance(60)
    expect(guard.run('get', 'a', never)).toBe(NO_ANSWER)
    expect(probed).toEqual([])
    reply.open()
    await settledNow([])
    expect(guard.run('get', 'a', never)).toBe(NO_ANSWER)
    await settledNow([])
    expect([probed, guard.breaker]).toEqual([['a'], 'closed'])
  })

  it('does pause where it comes later', async () => {
    const { clock, guard, probed, runs } = setUp()
    const reply = gate()
    void runs(5, () => reply.promise)
    await clock.advance(300)
    reply.open()
    await clock.advance(100)
    expect(guard.run('get', 'a', never)).toBe(NO_ANSWER)
    expect(probed).toEqual([])
  })

  it('pauses no longer for a deadline that passed before the tier began to reject', async () => {
    const { clock, guard, probed, runs } = setUp()
    void runs(4, never)
    await clock.advance(250)
    await Promise.all(runs(1, failing))
    await clock.advance(50)
    expect(guard.run('get', 'a', never)).toBe(NO_ANSWER)
    expect(probed).toEqual(['a'])
  })
})

describe('GuardedTier with its deadline', () => {
  const deadlineOf = async ({ clock, guard, faults }: ReturnType<typeof setUp>): Promise<number> => {
    const reading = guard.run('get', 'a', never)
    await clock.advance(1_000)
    await reading
    return (faults.at(-1)!.cause as TierDeadlineError).deadlineMs
  }

  it('is four times the p99 of a shared tier, and as configured of a private one', async () => {
    const shared = setUp()
    await shared.answer(3, 200)
    expect(await deadlineOf(shared)).toBe(12)
    const own = setUp({ shared: false, deadlineMs: 1_000 })
    await own.answer(3, 200)
    expect(await deadlineOf(own)).toBe(1_000)
  })

  it('goes on observing an operation for which nobody waits: its answer raises the deadline', async () => {
    const set = setUp()
    await set.answer(1, 200)
    const reply = gate()
    const reading = set.guard.run('get', 'a', () => reply.promise)
    await set.clock.advance(60)
    await expect(reading).resolves.toBe(NO_ANSWER)
    reply.open()
    await settledNow([])
    expect(await deadlineOf(set)).toBe(120)
  })

  it('drops what fails late', async () => {
    const set = setUp()
    const reply = gate()
    const reading = set.guard.run('get', 'a', () => reply.promise)
    await set.clock.advance(250)
    await expect(reading).resolves.toBe(NO_ANSWER)
    reply.fail(new Error('late'))
    await settledNow([])
    expect([set.faults.length, set.times]).toEqual([1, [250]])
  })

  it('does not learn from operations that fail at once', async () => {
    const set = setUp()
    await set.answer(10, 130)
    for (let at = 0; at < 400; at++) {
      await set.guard.run('get', 'a', failing)
      if (at % 3 === 2) await set.answer(10, 1)
    }
    expect(await deadlineOf(set)).toBe(40)
  })
})
