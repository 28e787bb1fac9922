import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { RetryBudgetWindow } from './retry-budget.ts'

function retriesAllowed(budget: RetryBudgetWindow, now: number): number {
  let allowed = 0
  while (allowed < 10_000 && budget.tryRetry(now)) allowed++
  return allowed
}

describe('RetryBudgetWindow', () => {
  it('allows a share of the calls and a number per second of its ten seconds', () => {
    const budget = new RetryBudgetWindow({ ratio: 0.1, minPerSecond: 3 })
    expect(retriesAllowed(budget, 0)).toBe(30)
    for (let call = 0; call < 100; call++) budget.called(500)
    expect(retriesAllowed(budget, 999)).toBe(10)
  })

  it('allows none without calls where nothing is reserved', () => {
    const budget = new RetryBudgetWindow({ ratio: 1, minPerSecond: 0 })
    expect(budget.tryRetry(0)).toBe(false)
    budget.called(0)
    expect(retriesAllowed(budget, 0)).toBe(1)
  })

  it('forgets a second after ten of them, one by one', () => {
    const budget = new RetryBudgetWindow({ ratio: 1, minPerSecond: 0 })
    budget.called(0)
    budget.called(9_000)
    budget.called(9_000)
    expect(retriesAllowed(budget, 10_000)).toBe(2)
    expect(budget.tryRetry(18_999)).toBe(false)
    budget.called(19_000)
    // The retries were made at 10 s and are still counted, the calls at 9 s no longer.
    expect(budget.tryRetry(19_000)).toBe(false)
    expect(retriesAllowed(budget, 20_000)).toBe(1)
  })

  it('is right after idling for less than, exactly and more than its time', () => {
    for (const idleMs of [9_999, 10_000, 10_001, 25_000, 1e12]) {
      const budget = new RetryBudgetWindow({ ratio: 1, minPerSecond: 0 })
      for (let call = 0; call < 5; call++) budget.called(0)
      expect(retriesAllowed(budget, idleMs)).toBe(idleMs < 10_000 ? 5 : 0)
    }
  })

  const seed = testSeed()
  it(`agrees with counting every call anew (seed ${seed})`, () => {
    const random = seededRandom(seed)
    for (let run = 0; run < 200; run++) {
      const ratio = random.pick([0, 0.1, 0.5, 2])
      const minPerSecond = random.pick([0, 0.1, 1])
      const budget = new RetryBudgetWindow({ ratio, minPerSecond })
      const calls: number[] = []
      const retries: number[] = []
      let now = random.int(0, 50_000)
      for (let step = 0; step < 100; step++) {
        now += random.chance(0.05) ? random.int(0, 30_000) : random.int(0, 800)
        const recent = (times: number[]): number =>
          times.filter((time) => Math.floor(time / 1_000) > Math.floor(now / 1_000) - 10).length
        if (random.chance(0.6)) {
          budget.called(now)
          calls.push(now)
        } else {
          const expected = recent(retries) + 1 <= ratio * recent(calls) + minPerSecond * 10
          expect(budget.tryRetry(now)).toBe(expected)
          if (expected) retries.push(now)
        }
      }
    }
  })

  it('takes back a retry that was not made, for as long as it counts it', () => {
    const budget = new RetryBudgetWindow({ ratio: 0, minPerSecond: 0.1 })
    expect([budget.tryRetry(500), budget.tryRetry(5_000)]).toEqual([true, false])
    budget.giveBack(500)
    expect([budget.tryRetry(9_999), budget.tryRetry(9_999)]).toEqual([true, false])
    expect(budget.tryRetry(19_999)).toBe(true)
    budget.giveBack(9_999)
    expect(budget.tryRetry(19_999)).toBe(false)
  })

  it('refuses what is no budget', () => {
    expect(() => new RetryBudgetWindow({ ratio: -1, minPerSecond: 0 })).toThrow(
      new RangeError('budget.ratio must be zero or more and limited, got -1 (number)'),
    )
    expect(() => new RetryBudgetWindow({ ratio: 1 } as never)).toThrow(
      new TypeError('budget.minPerSecond must be a number, got undefined (undefined)'),
    )
    expect(() => new RetryBudgetWindow({ ratio: 1, min: 2 } as never)).toThrow("budget has no option 'min'")
  })
})
