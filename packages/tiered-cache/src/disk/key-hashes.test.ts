import { describe, expect, it } from 'vitest'
import { KeyHashes } from './key-hashes.ts'

describe('KeyHashes', () => {
  it('gives a key the same hash as long as the seed is the same', () => {
    expect(taken(new KeyHashes(7), 'user:1')).toEqual(taken(new KeyHashes(7), 'user:1'))
    expect(taken(new KeyHashes(7), 'user:1')).not.toEqual(taken(new KeyHashes(8), 'user:1'))
  })

  it('tells like keys apart in both halves, and spreads them', () => {
    const hashes = new KeyHashes(0x1234)
    const [highs, lows, shards] = [new Set<number>(), new Set<number>(), new Array<number>(256).fill(0)]
    for (let index = 0; index < 300_000; index++) {
      const [high, low] = taken(hashes, `analysis:${index}:${index % 7}`)
      highs.add(high)
      lows.add(low)
      shards[high >>> 24] = (shards[high >>> 24] as number) + 1
    }
    // Of 32 bits, about ten pairs collide.
    expect(highs.size).toBeGreaterThan(299_950)
    expect(lows.size).toBeGreaterThan(299_950)
    expect(Math.max(...shards) / Math.min(...shards)).toBeLessThan(1.5)
  })

  it('lets keys that collide in one half differ in the other', () => {
    const hashes = new KeyHashes(99)
    const seen = new Set<string>()
    for (let one = 0; one < 64; one++) {
      for (let other = 0; other < 64; other++) {
        for (let last = 0; last < 64; last++) {
          seen.add(taken(hashes, `key:${String.fromCharCode(48 + one, 48 + other, 48 + last)}`).join())
        }
      }
    }
    expect(seen.size).toBe(64 ** 3)
  })
})

function taken(hashes: KeyHashes, key: string): readonly [number, number] {
  hashes.take(key)
  return [hashes.high, hashes.low]
}
