import { ManualClock } from '@org/breaker/testing'
import { describe, expect, it } from 'vitest'
import { Refreshes } from './refreshes.ts'

describe('Refreshes', () => {
  const generation = { isVoid: false }
  const run = (): Promise<number> => Promise.resolve(1)

  it('are known while they run, and not where a write has voided them', async () => {
    const refreshes = new Refreshes<number>(new ManualClock())
    const first = { isVoid: false }
    const refresh = refreshes.begin('a', first, run)
    expect(refreshes.underWay('a')).toBe(refresh)
    first.isVoid = true
    expect(refreshes.underWay('a')).toBeUndefined()
    const second = { isVoid: false }
    const next = refreshes.begin('a', second, run)
    refreshes.end('a', first)
    expect(refreshes.underWay('a')).toBe(next)
    refreshes.end('a', second)
    expect(refreshes.underWay('a')).toBeUndefined()
    await Promise.all([refresh, next])
  })

  it('leave a key alone after a failure, until the time is over or the key is written', async () => {
    const clock = new ManualClock()
    const refreshes = new Refreshes<number>(clock)
    for (const key of ['a', 'b']) refreshes.loaded(key, false, 10)
    refreshes.forget('b')
    expect(refreshes.begin('a', generation, () => expect.unreachable())).toBeUndefined()
    await expect(refreshes.begin('b', generation, run)).resolves.toBe(1)
    await clock.advance(10)
    await expect(refreshes.begin('a', generation, run)).resolves.toBe(1)
  })

  it('remember the newest 10 000 failures', async () => {
    const refreshes = new Refreshes<number>(new ManualClock())
    for (let at = 0; at <= 10_000; at++) refreshes.loaded(`key ${at}`, false, 10)
    await expect(refreshes.begin('key 0', generation, run)).resolves.toBe(1)
    expect(refreshes.begin('key 1', generation, run)).toBeUndefined()
  })
})
