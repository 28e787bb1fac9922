import { describe, expect, it } from 'vitest'
import { TieredCache } from '../src/index.ts'

describe('A hit of many in a row', () => {
  it('ends with the life of its entry, in a synchronous block too', async () => {
    const cache = new TieredCache<string>({ ttl: '200ms' })
    const stored = Date.now()
    await cache.set('key', 'value')
    let last: string | undefined
    let hits = 0
    // Reads without a pause: no timer can run meanwhile.
    do {
      last = cache.getSync('key')
      if (last !== undefined) hits++
    } while (last !== undefined && Date.now() < stored + 10_000)
    expect(Date.now()).toBeGreaterThanOrEqual(stored + 200)
    expect(last).toBeUndefined()
    expect(hits).toBeGreaterThan(100)
    await cache.close()
  })

  it('does not outlive a synchronous block of less than a second that follows the others directly', async () => {
    const cache = new TieredCache<string>({ ttl: '100ms' })
    await cache.set('key', 'value')
    for (let read = 0; read < 1_000; read++) cache.getSync('key')
    const end = Date.now() + 110
    while (Date.now() < end) continue
    expect(cache.getSync('key')).toBeUndefined()
    await cache.close()
  })

  it('is a hit whoever the key belongs to, and a wrong key is told all the same', async () => {
    const cache = new TieredCache<string>()
    await cache.set('key', 'value')
    expect(cache.getSync('key')).toBe('value')
    for (const key of [5, '', '\0x', undefined]) expect(() => cache.getSync(key as string)).toThrow('key must')
    await expect(cache.get('')).rejects.toThrow('key must')
    await cache.close()
  })
})
