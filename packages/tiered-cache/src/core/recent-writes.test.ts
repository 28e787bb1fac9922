import { ManualClock } from '@org/breaker/testing'
import { describe, expect, it } from 'vitest'
import { RecentWrites } from './recent-writes.ts'

describe('RecentWrites', () => {
  it('are those of the last 10 s, each once, and are taken once', async () => {
    const clock = new ManualClock()
    const writes = new RecentWrites(clock)
    writes.add('old')
    writes.add('again')
    await clock.advance('6s')
    writes.add('again')
    writes.add('new')
    await clock.advance('5s')
    expect(writes.take()).toEqual(['again', 'new'])
    expect(writes.take()).toEqual([])
  })

  it('are the newest 10 000', () => {
    const writes = new RecentWrites(new ManualClock())
    for (let at = 0; at < 25_000; at++) writes.add(`key:${at}`)
    const keys = writes.take()
    expect(keys).toHaveLength(10_000)
    expect([keys[0], keys.at(-1)]).toEqual(['key:15000', 'key:24999'])
  })
})
