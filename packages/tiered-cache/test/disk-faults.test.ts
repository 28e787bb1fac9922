import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Tier } from '@org/tiered-cache'
import { afterEach, describe, expect, it } from 'vitest'
import { diskTier } from '../src/disk/disk-tier.ts'
import { taken } from './disk-taken.fixture.ts'
import { CLEAN, copyOf, entryOf, FRESH, KILLED, openIn, plainDirectory, tierIn } from './plain-directory.fixture.ts'
import { type Failure, failReads, failWrites, healDisk } from './failing-writes.fixture.ts'

const paths: string[] = []

afterEach(() => {
  healDisk()
  for (const path of paths.splice(0)) rmSync(path, { recursive: true, force: true })
})

describe('a DiskTier whose disk fails', () => {
  for (const failure of ['nothing', 'a half', 'a half that cannot be cut off'] satisfies readonly Failure[]) {
    it(`refuses writes while the disk takes ${failure}, reads on, and heals`, async () => {
      const path = directory()
      const tier = await openIn(path, FRESH)
      await Promise.all([
        tier.set('kept', entryOf('kept')),
        tier.set('deleted', entryOf(1)),
        tier.set('old', entryOf(1)),
      ])
      failWrites(failure)
      const outcomes = await Promise.allSettled([
        tier.set('new', entryOf('new')),
        tier.delete('deleted'),
        tier.set('old', entryOf(2)),
      ])
      for (const outcome of outcomes) {
        expect(outcome.status).toBe('rejected')
        expect(tier.isRefusal((outcome as PromiseRejectedResult).reason)).toBe(true)
      }
      await expect(tier.set('at once', entryOf(1))).rejects.toThrow('did not take')
      expect((await tier.get('kept'))?.value).toBe('kept')
      for (const key of ['new', 'deleted', 'old']) expect(await tier.get(key)).toBeUndefined()
      healDisk()
      await taken(tier, 'after', 'after')
      await tier.delete('deleted')
      await tier.set('old', entryOf(3))
      const copy = copyOf(path)
      paths.push(copy)
      for (const one of [tier, await openIn(copy, KILLED)]) {
        expect((await one.get('kept'))?.value).toBe('kept')
        expect((await one.get('after'))?.value).toBe('after')
        expect((await one.get('old'))?.value).toBe(3)
        expect(await one.get('deleted')).toBeUndefined()
        await one.close()
      }
    })
  }

  it('never finds what is left of a failed write behind a later one', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH)
    await tier.set('first', entryOf(1))
    failWrites('a half')
    const failed = ['a', 'b', 'c'].map((key) => tier.set(key, entryOf(key === 'c' ? 'x'.repeat(500) : 1)))
    await Promise.allSettled(failed)
    healDisk()
    // As long as the frame of "a", so that the one of "b", which failed, would lie right behind it.
    await taken(tier, 'b', 2)
    const copy = copyOf(path)
    paths.push(copy)
    const again = await openIn(copy, KILLED)
    expect((await again.get('b'))?.value).toBe(2)
    expect(await again.get('a')).toBeUndefined()
    await again.close()
    await tier.close()
  })

  it('misses while reads fail, and has everything afterwards', async () => {
    const tier = await openIn(directory(), FRESH)
    await tier.set('small', entryOf('x'))
    await tier.set('large', entryOf('x'.repeat(200_000)))
    failReads()
    expect(await tier.get('small')).toBeUndefined()
    expect(await tier.get('large')).toBeUndefined()
    healDisk()
    expect((await tier.get('small'))?.value).toBe('x')
    expect((await tier.get('large'))?.value).toBe('x'.repeat(200_000))
    await tier.close()
  })

  it.each(['removed', 'replaced by an empty one', 'replaced by a copy'] as const)(
    'refuses one write into a directory that was %s, and takes a new one',
    async (fate) => {
      const parent = directory()
      const path = join(parent, 'cache')
      const options = { directory: path, maxBytes: '1mb', segmentBytes: '8kb' } as const
      const tier = diskTier(options)
      await tier.open?.()
      for (let index = 0; index < 20; index++) await tier.set(`key:${index}`, entryOf('x'.repeat(1_000)))
      await tier.set('gone', entryOf('x'))
      if (fate === 'replaced by a copy') cpSync(path, `${path}.copy`, { recursive: true })
      await tier.delete('gone')
      rmSync(path, { recursive: true })
      if (fate === 'replaced by a copy') renameSync(`${path}.copy`, path)
      else if (fate !== 'removed') mkdirSync(path)
      let refused = 0
      // More than a segment: by its end at the latest it is found out.
      for (let index = 0; index < 20; index++) {
        await Promise.resolve(tier.set('filler', entryOf('x'.repeat(1_000)))).catch(() => refused++)
      }
      expect(refused).toBe(1)
      for (let index = 20; index < 60; index++) await tier.set(`key:${index}`, entryOf('x'.repeat(1_000)))
      const again = async (one: Tier): Promise<void> => {
        for (let index = 20; index < 60; index++) {
          expect((await one.get(`key:${index}`))?.value).toBe('x'.repeat(1_000))
        }
        expect(await one.get('gone')).toBeUndefined()
      }
      await again(tier)
      await tier.close?.()
      const next = diskTier(options)
      await next.open?.()
      await again(next)
      await next.close?.()
    },
  )

  it('closes without a mark where the directory is gone by then', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH)
    await tier.set('key', entryOf(1))
    rmSync(path, { recursive: true })
    const warnings: string[] = []
    tier.onWarning((message) => warnings.push(message))
    await tier.close()
    expect(warnings).toEqual([expect.stringContaining('was removed or replaced')])
    expect(existsSync(path)).toBe(false)
  })

  it('opens when the directory can be taken again', async () => {
    const path = directory()
    let mayOpen = false
    const tier = tierIn(path, FRESH, {}, async (owned) => {
      if (!mayOpen) throw new Error('taken')
      return owned
    })
    await expect(tier.open()).rejects.toThrow('taken')
    expect(await tier.get('key')).toBeUndefined()
    await expect(tier.set('key', entryOf(1))).rejects.toThrow('taken')
    mayOpen = true
    await taken(tier, 'key', 2)
    expect((await tier.get('key'))?.value).toBe(2)
    await tier.close()
  })

  it('keeps its files to itself', async () => {
    const path = directory()
    chmodSync(path, 0o700)
    const tier = await openIn(path, FRESH, { maxBytes: '1mb', segmentBytes: '4kb' })
    for (let index = 0; index < 20; index++) await tier.set(`../../key/${index}`, entryOf('x'.repeat(1_000)))
    await tier.close()
    for (const name of readdirSync(path)) {
      expect(name).toMatch(/^\d+\.(seg|hint)$/)
      expect(statSync(join(path, name)).mode & 0o777).toBe(0o600)
    }
  })

  it('takes nothing after it was closed', async () => {
    const tier = await openIn(directory(), FRESH)
    const last = tier.set('last', entryOf(1))
    await tier.close()
    await last
    await expect(tier.set('key', entryOf(1))).rejects.toThrow('closed')
    await expect(tier.delete('key')).rejects.toThrow('closed')
    await expect(tier.clear()).rejects.toThrow('closed')
    await expect(tier.open()).rejects.toThrow('closed')
    expect(await tier.get('last')).toBeUndefined()
  })

  it('lets no older write of a key come after a newer one, though its value is still being compressed', async () => {
    const tier = await openIn(directory(), FRESH, { compression: 'zstd' })
    const slow = tier.set('key', entryOf('x'.repeat(3_000_000)))
    expect(await tier.get('key')).toBeUndefined()
    const deleted = tier.delete('key')
    await Promise.all([slow, deleted])
    expect(await tier.get('key')).toBeUndefined()
    const again = tier.set('key', entryOf('y'.repeat(3_000_000)))
    await tier.clear()
    await again
    expect(await tier.get('key')).toBeUndefined()
    await tier.close()
  })

  it('closes when what is still being compressed has been written', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH, { compression: 'zstd' })
    const last = tier.set('key', entryOf('x'.repeat(3_000_000)))
    await tier.close()
    await last
    const again = await openIn(path, CLEAN)
    expect((await again.get('key'))?.value).toBe('x'.repeat(3_000_000))
    await again.close()
  })

  it('uses a record that was prepared once', async () => {
    const tier = await openIn(directory(), FRESH)
    const entry = entryOf({ name: 'Ada' })
    await tier.prepare('key', entry)
    await Promise.all([tier.set('key', entry), tier.set('other', entry), tier.set('key', entry)])
    expect((await tier.get('key'))?.value).toEqual({ name: 'Ada' })
    expect((await tier.get('other'))?.value).toEqual({ name: 'Ada' })
    await tier.close()
  })
})

function directory(): string {
  const path = plainDirectory()
  paths.push(path)
  return path
}
