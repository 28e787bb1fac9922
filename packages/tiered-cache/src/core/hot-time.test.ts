import { ManualClock } from '@org/breaker/testing'
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest'
import { systemClock } from '../clock.ts'
import { HotTime } from './hot-time.ts'

describe('HotTime', () => {
  let now: MockInstance<() => number>
  let timers: (() => void)[]
  let cancelled: number

  beforeEach(() => {
    timers = []
    cancelled = 0
    now = vi.spyOn(systemClock, 'now').mockReturnValue(5_000)
    vi.spyOn(systemClock, 'setTimer').mockImplementation((callback) => {
      timers.push(callback)
      return () => void cancelled++
    })
  })
  afterEach(() => vi.restoreAllMocks())

  it('is exact while reads are sparse', () => {
    const time = new HotTime(systemClock)
    for (let ms = 1; ms < 200; ms++) {
      now.mockReturnValue(5_000 + ms)
      expect([time.horizon(), time.isAhead]).toEqual([5_000 + ms, false])
    }
    expect(timers).toEqual([])
  })

  it('reads the clock once for 32 reads that come within a millisecond, and lies a second ahead', () => {
    const time = dense()
    const readings = now.mock.calls.length
    for (let read = 0; read < 320; read++) expect([time.horizon(), time.isAhead]).toEqual([6_000, true])
    expect(now.mock.calls.length - readings).toBe(10)
  })

  it('is exact again once a reading finds that a millisecond has passed', () => {
    const time = dense()
    now.mockReturnValue(5_001)
    expect([time.horizon(), time.isAhead]).toEqual([5_001, false])
    for (let read = 0; read < 32; read++) time.horizon()
    expect([time.horizon(), time.isAhead]).toEqual([6_001, true])
  })

  it('is a second ahead of the clock that it read, so that 31 reads at most see an older time after a long pause', () => {
    const time = dense()
    expect(time.horizon()).toBe(6_000)
    now.mockReturnValue(9_000)
    for (let read = 0; read < 31; read++) expect(time.horizon()).toBe(6_000)
    expect([time.horizon(), time.isAhead]).toEqual([9_000, false])
  })

  it('forgets its reading when the loop turns, by one timer at most', () => {
    const time = dense()
    for (let read = 0; read < 100; read++) time.horizon()
    expect(timers.length).toBe(1)
    now.mockReturnValue(3_605_000)
    timers[0]!()
    expect([time.horizon(), time.isAhead]).toEqual([3_605_000, false])
    expect(timers.length).toBe(1)
  })

  it('leaves no timer behind when it is closed, and is exact then', () => {
    const time = dense()
    time.horizon()
    time.close()
    expect(cancelled).toBe(1)
    now.mockReturnValue(9_000)
    expect(time.horizon()).toBe(9_000)
    time.close()
    expect(cancelled).toBe(1)
  })

  it('reads a clock that was handed in each time', () => {
    const clock = new ManualClock(5_000)
    const time = new HotTime(clock)
    for (let read = 0; read < 100; read++) expect([time.horizon(), time.isAhead]).toEqual([5_000, false])
    clock.jump(9_000)
    expect(time.horizon()).toBe(9_000)
    expect(clock.pendingTimers).toBe(0)
  })

  function dense(): HotTime {
    const time = new HotTime(systemClock)
    for (let read = 0; read < 100 && !time.isAhead; read++) time.horizon()
    // The rest of what its first reading serves for.
    for (let read = 0; read < 31; read++) time.horizon()
    return time
  }
})
