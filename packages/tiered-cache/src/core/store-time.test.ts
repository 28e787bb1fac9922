import { ManualClock } from '@org/breaker/testing'
import { describe, expect, it } from 'vitest'
import { StoreTime } from './store-time.ts'

describe('StoreTime', () => {
  it('puts a mark between what was stored before it and after it, within one millisecond and when the clock steps back', () => {
    const clock = new ManualClock(5_000)
    const time = new StoreTime(clock)
    const before = time.stamp()
    const first = time.mark()
    const between = time.stamp()
    clock.jump(1_000)
    const second = time.mark()
    const after = time.stamp()
    clock.jump(500)
    const afterAnotherStep = time.stamp()
    const third = time.mark()
    expect(after).toBeLessThanOrEqual(third)
    expect(afterAnotherStep).toBeLessThanOrEqual(third)
    expect(before).toBeLessThanOrEqual(first)
    expect(between).toBeGreaterThan(first)
    expect(between).toBeLessThanOrEqual(second)
    expect(after).toBeGreaterThan(second)
  })
})
