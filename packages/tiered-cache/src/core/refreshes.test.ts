import { ManualClock } from '@org/breaker/testing'
import { describe, expect, it } from 'vitest'
import { Refreshes } from './refreshes.ts'

describe('Refreshes', () => {
  const generation = { isVoid: false }

  it('run one per key, and begin anew where a write has voided the one before', () => {
    const refreshes = new Refreshes(new ManualClock())
    const first = { isVoid: false }
    expect([refreshes.begin('a', first), refreshes.begin('a', first)]).toEqual([true, false])
    first.isVoid = true
    const second = { isVoid: false }
    expect(refreshes.begin('a', second)).toBe(true)
    refreshes.end('a', first)
    expect(refreshes.begin('a', second)).toBe(false)
    refreshes.end('a', second)
    expect(refreshes.begin('a', generation)).toBe(true)
  })

  it('leave a key alone after a failure, until the time is over or the key is written', async () => {
    const clock = new ManualClock()
    const refreshes = new Refreshes(clock)
    for (const key of ['a', 'b']) refreshes.loaded(key, false, 10)
    refreshes.forget('b')
    expect([refreshes.begin('a', generation), refreshes.begin('b', generation)]).toEqual([false, true])
    await clock.advance(10)
    expect(refreshes.begin('a', generation)).toBe(true)
  })

  it('remember the newest 10 000 failures', () => {
    const refreshes = new Refreshes(new ManualClock())
    for (let at = 0; at <= 10_000; at++) refreshes.loaded(`key ${at}`, false, 10)
    expect([refreshes.begin('key 0', generation), refreshes.begin('key 1', generation)]).toEqual([true, false])
  })
})
