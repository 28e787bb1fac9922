import { rmSync } from 'node:fs'
import { gate } from '@org/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DiskRecords } from '../src/disk/disk-records.ts'
import { UnstorableValueError } from '../src/errors.ts'
import { taken } from './disk-taken.fixture.ts'
import { asWritesBegin, failWrites, healDisk } from './failing-writes.fixture.ts'
import { CLEAN, copyOf, entryOf, FRESH, KILLED, openIn, plainDirectory, tierIn } from './plain-directory.fixture.ts'

const paths: string[] = []

afterEach(() => {
  healDisk()
  for (const path of paths.splice(0)) rmSync(path, { recursive: true, force: true })
})

describe('a write that a DiskTier refused', () => {
  it.each(['close', 'kill'] as const)(
    'never comes back as what it was to overwrite or delete, when the disk took something since, after a %s',
    async (end) => {
      const path = directory()
      const tier = await openIn(path, FRESH)
      for (const key of ['deleted', 'old', 'kept']) await tier.set(key, entryOf(1))
      failWrites('nothing')
      await Promise.allSettled([tier.delete('deleted'), tier.set('old', entryOf(2))])
      healDisk()
      if (end === 'kill') await taken(tier, 'other', 1)
      const copy = end === 'kill' ? copyOf(path) : path
      await tier.close()
      const again = await openIn(copy, end === 'kill' ? KILLED : CLEAN)
      if (copy !== path) paths.push(copy)
      for (const key of ['deleted', 'old']) expect(await again.get(key)).toBeUndefined()
      expect((await again.get('kept'))?.value).toBe(1)
      await again.close()
    },
  )

  it.each(['close', 'kill'] as const)(
    'never comes back where the disk took a part of it, when it took something since, after a %s',
    async (end) => {
      const path = directory()
      const tier = await openIn(path, FRESH, { segmentBytes: '4kb', maxBytes: '1mb' })
      await tier.set('first', entryOf(1))
      failWrites('nothing', 1)
      const keys = ['taken', 'not taken']
      const outcomes = await Promise.allSettled(keys.map((key) => tier.set(key, entryOf('x'.repeat(3_000)))))
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      for (const key of keys) expect(await tier.get(key)).toBeUndefined()
      healDisk()
      if (end === 'kill') await taken(tier, 'other', 1)
      const copy = end === 'kill' ? copyOf(path) : path
      if (copy !== path) paths.push(copy)
      await tier.close()
      const again = await openIn(copy, end === 'kill' ? KILLED : CLEAN)
      for (const key of keys) expect(await again.get(key)).toBeUndefined()
      await again.close()
    },
  )

  it('is owed no tombstone where it was cut off again', async () => {
    const tier = await openIn(directory(), FRESH)
    await tier.set('first', entryOf(1))
    failWrites('a half')
    await Promise.allSettled(['a', 'b', 'c'].map((key) => tier.set(key, entryOf('x'.repeat(500)))))
    healDisk()
    const frames: number[] = []
    asWritesBegin((count) => frames.push(count))
    await taken(tier, 'other', 1)
    expect(frames).toEqual([1])
    await tier.close()
  })

  it.each(['nothing else is under way', 'the other is under way', 'the other is done'] as const)(
    'never leaves what it overtook where its record cannot be made, where %s as it fails',
    async (moment) => {
      const path = directory()
      const held = gate()
      const records = vi.spyOn(DiskRecords.prototype, 'encode')
      const tier = await openIn(path, FRESH)
      await tier.set('key', entryOf('old'))
      const other = moment.startsWith('the other') ? tier.set('key', entryOf('overtaken')) : undefined
      if (moment === 'the other is under way') asWritesBegin(() => held.open())
      records.mockImplementationOnce(async () => {
        await held.promise
        throw new UnstorableValueError('key', '$', 'too large')
      })
      const late = expect(tier.set('key', entryOf('late'))).rejects.toThrow('too large')
      await other
      held.open()
      await late
      expect(await tier.get('key')).toBeUndefined()
      records.mockRestore()
      await tier.set('next', entryOf(1))
      const copy = copyOf(path)
      paths.push(copy)
      await tier.close()
      const again = await openIn(copy, KILLED)
      expect(await again.get('key')).toBeUndefined()
      expect((await again.get('next'))?.value).toBe(1)
      await again.close()
    },
  )

  it('is owed no tombstone once all was cleared, also where it was under way then', async () => {
    const tier = await openIn(directory(), FRESH)
    for (const key of ['deleted', 'under way']) await tier.set(key, entryOf(1))
    failWrites('nothing')
    await Promise.allSettled([tier.delete('deleted')])
    healDisk()
    let cleared: Promise<void> | undefined
    asWritesBegin(() => {
      cleared ??= tier.clear()
    })
    await taken(tier, 'under way', 2)
    await cleared
    const frames: number[] = []
    asWritesBegin((count) => frames.push(count))
    await taken(tier, 'other', 1)
    // The header of the new segment, and the frame.
    expect(frames).toEqual([1, 1])
    await tier.close()
  })

  it.each(['close', 'kill'] as const)(
    'never comes back as what it was to overwrite or delete, also where there was no log yet, after a %s',
    async (end) => {
      const path = directory()
      const before = await openIn(path, FRESH)
      for (const key of ['deleted', 'old', 'kept']) await before.set(key, entryOf(1))
      await before.close()
      let mayOpen = false
      const tier = tierIn(path, CLEAN, {}, async (owned) => {
        if (!mayOpen) throw new Error('taken')
        return owned
      })
      const outcomes = await Promise.allSettled([tier.delete('deleted'), tier.set('old', entryOf(2))])
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      mayOpen = true
      await taken(tier, 'other', 1)
      for (const key of ['deleted', 'old']) expect(await tier.get(key)).toBeUndefined()
      expect((await tier.get('kept'))?.value).toBe(1)
      const copy = end === 'kill' ? copyOf(path) : path
      if (copy !== path) paths.push(copy)
      await tier.close()
      const again = await openIn(copy, end === 'kill' ? KILLED : CLEAN)
      for (const key of ['deleted', 'old']) expect(await again.get(key)).toBeUndefined()
      expect((await again.get('kept'))?.value).toBe(1)
      await again.close()
    },
  )

  it('costs all that the disk has where too many others were refused before there was a log', async () => {
    const path = directory()
    const before = await openIn(path, FRESH)
    await before.set('kept', entryOf(1))
    await before.close()
    let mayOpen = false
    const tier = tierIn(path, CLEAN, {}, async (owned) => {
      if (!mayOpen) throw new Error('taken')
      return owned
    })
    await Promise.allSettled(Array.from({ length: 10_001 }, (_, index) => tier.delete(`key:${index}`)))
    mayOpen = true
    await taken(tier, 'other', 1)
    expect(await tier.get('kept')).toBeUndefined()
    await tier.close()
  })

  it('leaves an empty log where the disk refused a deletion until the end', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH)
    await tier.set('deleted', entryOf(1))
    failWrites('nothing')
    await Promise.allSettled([tier.delete('deleted')])
    await tier.close()
    healDisk()
    const again = await openIn(path, CLEAN)
    expect(await again.get('deleted')).toBeUndefined()
    await again.close()
  })
})

function directory(): string {
  const path = plainDirectory()
  paths.push(path)
  return path
}
