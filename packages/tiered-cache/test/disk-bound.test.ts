import { rmSync } from 'node:fs'
import { seededRandom, testSeed } from '@org/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { makeEntry } from '../src/entry.ts'
import { bytesIn, CLEAN, entryOf, filesIn, FRESH, openIn, plainDirectory } from './plain-directory.fixture.ts'
import { asWritesBegin, healDisk } from './failing-writes.fixture.ts'

const seed = testSeed()
const MIB = 1024 ** 2
const paths: string[] = []

afterEach(() => {
  healDisk()
  for (const path of paths.splice(0)) rmSync(path, { recursive: true, force: true })
})

describe('the bound of a DiskTier', () => {
  it.each([8, 16, 64])(
    `is kept at every moment by all files together, with segments of %d KiB (seed ${seed})`,
    async (kib) => {
      const random = seededRandom(seed)
      const path = directory()
      const tier = await openIn(path, FRESH, { maxBytes: MIB, segmentBytes: kib * 1024 })
      let most = 0
      for (let round = 0; round < 50; round++) {
        const group = Array.from({ length: random.int(1, 60) }, () => {
          const size = random.chance(0.01) ? random.int(1, 120_000) : random.int(1, 2_000)
          return tier.set(`key:${random.int(0, 5_000)}`, entryOf('x'.repeat(size)))
        })
        await Promise.race(group)
        most = Math.max(most, bytesIn(path))
        await Promise.all(group)
        most = Math.max(most, bytesIn(path))
        await tier.get(`key:${random.int(0, 5_000)}`)
      }
      expect(most).toBeLessThanOrEqual(MIB)
      expect(most).toBeGreaterThan(MIB / 2)
      expect(tier.measure().weight).toBeGreaterThanOrEqual(bytesIn(path))
      await tier.close()
      expect(bytesIn(path)).toBeLessThanOrEqual(MIB)
    },
    30_000,
  )

  it('is kept by an owner that has a narrower one than the last', async () => {
    const path = directory()
    const wide = await openIn(path, FRESH, { maxBytes: 8 * MIB, segmentBytes: '64kb' })
    for (let index = 0; index < 400; index++) await wide.set(`key:${index}`, entryOf('x'.repeat(10_000)))
    await wide.close()
    expect(bytesIn(path)).toBeGreaterThan(3 * MIB)
    const narrow = await openIn(path, CLEAN, { maxBytes: MIB, segmentBytes: '64kb' })
    expect(bytesIn(path)).toBeLessThanOrEqual(MIB)
    expect((await narrow.get('key:399'))?.value).toBe('x'.repeat(10_000))
    expect(await narrow.get('key:0')).toBeUndefined()
    await narrow.close()
  })

  it('drops the oldest, and keeps what is read now and then', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH, { maxBytes: MIB, segmentBytes: '32kb' })
    const hot = Array.from({ length: 5 }, (_, index) => `hot:${index}`)
    for (const key of hot) await tier.set(key, entryOf(key))
    for (let index = 0; index < 5_000; index++) {
      await tier.set(`cold:${index}`, entryOf('x'.repeat(1_000)))
      if (index % 200 === 0) for (const key of hot) expect((await tier.get(key))?.value).toBe(key)
    }
    expect(await tier.get('cold:0')).toBeUndefined()
    expect((await tier.get('cold:4999'))?.value).toBe('x'.repeat(1_000))
    await tier.close()
    const again = await openIn(path, CLEAN, { maxBytes: MIB, segmentBytes: '32kb' })
    for (const key of hot) expect((await again.get(key))?.value).toBe(key)
    await again.close()
  })

  it('never brings back, with a second chance, what was deleted or overwritten meanwhile', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH, { maxBytes: MIB, segmentBytes: '16kb' })
    const latest = new Map<string, number | undefined>()
    const random = seededRandom(seed)
    for (let round = 0; round < 4_000; round++) {
      const key = `key:${random.int(0, 99)}`
      const found = await tier.get(key)
      if (found !== undefined) expect((found.value as number[])[0]).toBe(latest.get(key))
      const isDelete = random.chance(0.3)
      latest.set(key, isDelete ? undefined : round)
      const write = isDelete ? tier.delete(key) : tier.set(key, entryOf([round, 'x'.repeat(random.int(1, 3_000))]))
      if (random.chance(0.5)) await write
    }
    await tier.set('last', entryOf(1))
    for (const again of [tier, undefined]) {
      if (again === undefined) await tier.close()
      const one = again ?? (await openIn(path, CLEAN, { maxBytes: MIB, segmentBytes: '16kb' }))
      for (const [key, value] of latest) {
        const found = await one.get(key)
        if (found !== undefined) expect((found.value as number[])[0]).toBe(value)
      }
      if (again === undefined) await one.close()
    }
  })

  it('does not bring back what is deleted just as its second chance is written', async () => {
    const tier = await openIn(directory(), FRESH, { maxBytes: MIB, segmentBytes: '32kb' })
    const hot = Array.from({ length: 8 }, (_, index) => `hot:${index}`)
    for (const key of hot) await tier.set(key, entryOf(key))
    for (const key of hot) await tier.get(key)
    const deletes: Promise<void>[] = []
    asWritesBegin((buffers) => {
      // The test itself writes one at a time.
      if (buffers !== hot.length || deletes.length > 0) return
      for (const key of hot) deletes.push(tier.delete(key))
    })
    for (let index = 0; deletes.length === 0 && index < 2_000; index++) {
      await tier.set(`cold:${index}`, entryOf('x'.repeat(1_000)))
    }
    await Promise.all(deletes)
    expect(deletes.length).toBe(8)
    for (const key of hot) expect(await tier.get(key)).toBeUndefined()
    await tier.close()
  })

  it('is not needed by segments whose entries have all expired', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH, { maxBytes: 8 * MIB, segmentBytes: '16kb' })
    for (let index = 0; index < 100; index++) {
      await tier.set(`key:${index}`, makeEntry('x'.repeat(1_000), Date.now(), 1_000, 0, 0))
    }
    const full = filesIn(path, '.seg').length
    expect(full).toBeGreaterThan(4)
    await expect
      .poll(
        async () => {
          await tier.set('next', entryOf(1))
          return filesIn(path, '.seg').length
        },
        { timeout: 5_000, interval: 20 },
      )
      .toBeLessThan(3)
    await tier.close()
  })

  it('refuses a value that is larger than an eighth of it', async () => {
    const tier = await openIn(directory(), FRESH, { maxBytes: MIB })
    await expect(tier.set('large', entryOf('x'.repeat(MIB / 8)))).rejects.toMatchObject({
      code: 'ERR_CACHE_UNSTORABLE',
    })
    await expect(tier.set('etag', { ...entryOf(1), etag: 'x'.repeat(MIB / 2) })).rejects.toMatchObject({
      code: 'ERR_CACHE_UNSTORABLE',
      key: 'etag',
    })
    await tier.close()
  })
})

function directory(): string {
  const path = plainDirectory()
  paths.push(path)
  return path
}
