import { ManualClock } from '@org/breaker/testing'
import { describe, expect, it } from 'vitest'
import { RecentWrites } from './recent-writes.ts'

describe('RecentWrites', () => {
  it('are those since an instant, each once, and are taken once', async () => {
    const clock = new ManualClock()
    const writes = new RecentWrites(clock)
    writes.add('old')
    writes.add('again')
    await clock.advance('1s')
    const since = clock.monotonic()
    writes.add('again')
    writes.add('new')
    expect(writes.take(since)).toEqual({ keys: ['again', 'new'], isCleared: false })
    expect(writes.take(-Infinity)).toEqual({ keys: [], isCleared: false })
  })

  it('are a clear and what was written after it', () => {
    const writes = new RecentWrites(new ManualClock())
    writes.add('before')
    writes.clear()
    writes.add('after')
    expect(writes.take(-Infinity)).toEqual({ keys: ['after'], isCleared: true })
  })

  it('are the newest 2 000', () => {
    const writes = new RecentWrites(new ManualClock())
    for (let at = 0; at < 5_000; at++) writes.add(`key:${at}`)
    const { keys } = writes.take(-Infinity)
    expect(keys).toHaveLength(2_000)
    expect([keys[0], keys.at(-1)]).toEqual(['key:3000', 'key:4999'])
  })
})
