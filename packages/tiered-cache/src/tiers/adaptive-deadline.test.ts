import { describe, expect, it } from 'vitest'
import { AdaptiveDeadline } from './adaptive-deadline.ts'

const MINUTE_MS = 60_000

function adapted(ms: number, configuredMs = 250): AdaptiveDeadline {
  const deadline = new AdaptiveDeadline(configuredMs, true)
  answer(deadline, ms, 128)
  return deadline
}

function answer(deadline: AdaptiveDeadline, ms: number, times: number, now = 0): void {
  for (let at = 0; at < times; at++) deadline.answered(ms, now)
}

describe('AdaptiveDeadline', () => {
  it('is the configured one until a hundred operations are known', () => {
    const deadline = new AdaptiveDeadline(250, true)
    answer(deadline, 1, 99)
    expect(deadline.currentMs).toBe(250)
  })

  it('is four times the p99 then, in whole milliseconds', () => {
    expect(adapted(3.1).currentMs).toBe(13)
  })

  it('is never under 5 ms and never over the configured one', () => {
    expect(adapted(0.1).currentMs).toBe(5)
    expect(adapted(100).currentMs).toBe(250)
  })

  it.each([2, 5])('stays as configured where that is no more than 5 ms: %d', (configured) => {
    expect(adapted(0.1, configured).currentMs).toBe(configured)
  })

  it('stays without limit where there is none', () => {
    expect(adapted(1, Infinity).currentMs).toBe(Infinity)
  })

  it('stays as configured where it is not to adapt', () => {
    const deadline = new AdaptiveDeadline(1_000, false)
    answer(deadline, 1, 1_000)
    expect(deadline.currentMs).toBe(1_000)
    expect([deadline.answeredLate(999, 0), deadline.answeredLate(1_001, 0)]).toEqual([true, false])
  })

  it('takes no notice of one slow operation in a hundred', () => {
    const deadline = new AdaptiveDeadline(250, true)
    for (let at = 1; at <= 512; at++) deadline.answered(at % 200 === 0 ? 50 : 1, 0)
    expect(deadline.currentMs).toBe(5)
  })

  it('follows a tier that has become slower or faster', () => {
    const deadline = adapted(1)
    answer(deadline, 20, 32)
    expect(deadline.currentMs).toBe(80)
    answer(deadline, 2, 256)
    expect(deadline.currentMs).toBe(8)
  })

  it('rises at once to twice the time of a late answer, and keeps that for a minute', () => {
    const deadline = adapted(1)
    expect(deadline.answeredLate(60, 0)).toBe(true)
    expect(deadline.currentMs).toBe(120)
    answer(deadline, 1, 512, MINUTE_MS - 1)
    expect(deadline.currentMs).toBe(120)
    answer(deadline, 1, 32, MINUTE_MS)
    expect(deadline.currentMs).toBe(5)
  })

  it('rises further where the p99 does while a late answer is remembered', () => {
    const deadline = adapted(1)
    deadline.answeredLate(10, 0)
    answer(deadline, 40, 32)
    expect(deadline.currentMs).toBe(160)
  })

  it('does not rise above the configured one, and not for an answer that nobody may wait for', () => {
    const deadline = adapted(1)
    expect(deadline.answeredLate(250.1, 0)).toBe(false)
    expect(deadline.currentMs).toBe(5)
    expect(deadline.answeredLate(200, 0)).toBe(true)
    expect(deadline.currentMs).toBe(250)
  })

  it('does not fall for an answer that comes soon after its caller was released', () => {
    const deadline = adapted(25)
    expect(deadline.answeredLate(2, 0)).toBe(true)
    expect(deadline.currentMs).toBe(100)
  })

  it('counts late answers among those of its p99', () => {
    const deadline = adapted(1)
    for (let at = 0; at < 32; at++) deadline.answeredLate(30, 0)
    expect(deadline.currentMs).toBe(120)
    answer(deadline, 1, 224, MINUTE_MS)
    expect(deadline.currentMs).toBe(120)
  })
})
