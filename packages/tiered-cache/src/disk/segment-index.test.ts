import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { SegmentIndex } from './segment-index.ts'

type Place = readonly [segment: number, offset: number, length: number]

const seed = testSeed()

describe('SegmentIndex', () => {
  it.each([8, 300, 20_000])(`does what a Map does, with %d keys (seed ${seed})`, (keys) => {
    const random = seededRandom(seed)
    const hashes = Array.from({ length: keys }, () => hashOf(random))
    const [index, model] = [new SegmentIndex(), new Map<number, Place>()]
    for (let step = 0; step < 100_000; step++) {
      const key = random.int(0, keys - 1)
      const [high, low] = hashes[key] as Hash
      const action = random.next()
      if (action < 0.5) {
        const place = [random.int(1, 2 ** 32 - 1), random.int(0, 2 ** 32 - 1), random.int(4, 2 ** 29 - 1)] as const
        index.put(high, low, ...place)
        model.set(key, place)
      } else if (action < 0.8) {
        index.forget(high, low)
        model.delete(key)
      } else expect(placeIn(index, high, low)).toEqual(model.get(key))
    }
    expect(index.size).toBe(model.size)
    for (const [key, [high, low]] of hashes.entries()) expect(placeIn(index, high, low)).toEqual(model.get(key))
  })

  it(`finds entries whose hashes lie side by side, or share a half (seed ${seed})`, () => {
    const random = seededRandom(seed)
    const index = new SegmentIndex()
    const hashes: Hash[] = []
    for (let at = 0; at < 200; at++) hashes.push([0, at], [at + 1, 0], [0, 2 ** 32 - 1 - at])
    for (const [at, [high, low]] of hashes.entries()) index.put(high, low, 1, at, 100)
    const gone = new Set(random.shuffle([...hashes.keys()]).slice(0, 300))
    for (const at of gone) index.forget(...(hashes[at] as Hash))
    for (const [at, [high, low]] of hashes.entries()) {
      expect(placeIn(index, high, low)).toEqual(gone.has(at) ? undefined : [1, at, 100])
    }
  })

  it('takes at most 48 bytes an entry', () => {
    const random = seededRandom(seed)
    const index = new SegmentIndex()
    let most = 0
    for (let size = 1; size <= 400_000; size++) {
      index.put(...hashOf(random), 1, size, 100)
      if (size > 100_000 && size % 1_000 === 0) most = Math.max(most, index.byteLength / size)
    }
    expect(most).toBeLessThan(48)
  })

  it('knows what was read, until it is put again', () => {
    const index = new SegmentIndex()
    index.put(1, 2, 3, 4, 5)
    index.find(1, 2)
    expect(index.isUsed(1, 2)).toBe(false)
    expect(index.use(1, 2)).toEqual({ segment: 3, offset: 4, length: 5 })
    expect(index.isUsed(1, 2)).toBe(true)
    index.put(1, 2, 6, 7, 8)
    expect(index.isUsed(1, 2)).toBe(false)
  })

  it('drops an entry only from the place where it still is', () => {
    const index = new SegmentIndex()
    index.put(1, 2, 3, 4, 5)
    index.dropAt(1, 2, 3, 40)
    index.forgetAt(1, 2, 30, 4)
    expect(index.size).toBe(1)
    index.forgetAt(1, 2, 3, 4)
    expect(index.size).toBe(0)
  })

  it('lets nothing older come, while it recovers, over what is newer or was forgotten', () => {
    const index = new SegmentIndex()
    index.beginRecovery()
    index.put(1, 1, 9, 1, 10)
    index.forget(2, 2)
    index.recover(3, 3, 8, 1, 0)
    index.recover(4, 4, 8, 2, 10)
    for (const key of [1, 2, 3, 4, 5]) index.recover(key, key, 7, key, 10)
    expect([1, 2, 3, 4, 5].map((key) => index.find(key, key)?.segment)).toEqual([9, undefined, undefined, 8, 7])
    expect(index.size).toBe(3)
    index.endRecovery()
    for (const _ of index.dropTombstones());
    expect([1, 2, 3, 4, 5].map((key) => index.find(key, key)?.segment)).toEqual([9, undefined, undefined, 8, 7])
    expect(index.size).toBe(3)
  })

  it('drops the entries of a segment and of older ones', () => {
    const index = new SegmentIndex()
    for (let segment = 1; segment <= 5; segment++) index.put(segment * 2 ** 29, segment, segment, 1, 10)
    for (const _ of index.dropThrough(3));
    expect(index.size).toBe(2)
    index.clear()
    expect(index.size).toBe(0)
  })
})

type Hash = readonly [high: number, low: number]

function hashOf(random: Random): Hash {
  return [random.int(0, 2 ** 32 - 1), random.int(0, 2 ** 32 - 1)]
}

function placeIn(index: SegmentIndex, high: number, low: number): Place | undefined {
  const found = index.find(high, low)
  return found && [found.segment, found.offset, found.length]
}
