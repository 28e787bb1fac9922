import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { type Write, WriteQueue } from './write-queue.ts'

describe('WriteQueue', () => {
  it('writes what is asked for in one turn as one group, and what comes meanwhile as the next', async () => {
    const groups: string[][] = []
    const held = gate()
    const queue = new WriteQueue(async (group) => {
      groups.push(group.map(({ key }) => key))
      await held.promise
    })
    const first = [put(queue, 'a'), put(queue, 'b')]
    await new Promise((resolve) => setImmediate(resolve))
    const second = [put(queue, 'c'), put(queue, 'a')]
    expect(groups).toEqual([['a', 'b']])
    held.open()
    await Promise.all([...first, ...second])
    expect(groups).toEqual([
      ['a', 'b'],
      ['c', 'a'],
    ])
  })

  it('knows the latest write of a key until it is done', async () => {
    const queue = new WriteQueue(async () => {})
    const first = queue.begin('key', Buffer.alloc(1), 0)
    const second = queue.begin('key', Buffer.alloc(2), 0)
    expect(queue.latest('key')).toBe(second)
    await queue.add(second)
    expect(queue.latest('key')).toBeUndefined()
    await queue.add(first)
    expect(queue.latest('key')).toBeUndefined()
  })

  it('ends a write that was overtaken before it had a record as the other one ends', async () => {
    const written: Write[] = []
    const queue = new WriteQueue(async (group) => {
      written.push(...group)
      throw new Error('full')
    })
    const late = queue.begin('key', undefined, 0)
    const other = queue.begin('key', Buffer.alloc(1), 0)
    const outcomes = await Promise.allSettled([queue.add(other), queue.add(late)])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(written).toEqual([other])
  })

  it('ends a write that was overtaken by one whose record cannot be made', async () => {
    const written: Write[] = []
    const queue = new WriteQueue(async (group) => void written.push(...group))
    const first = queue.begin('key', undefined, 0)
    const second = queue.begin('key', undefined, 0)
    const overtaken = queue.add(first)
    queue.abandon(second)
    await overtaken
    expect(written).toEqual([])
    expect(queue.latest('key')).toBeUndefined()
  })

  it('fails a group as a whole, and goes on with the next', async () => {
    let isBroken = true
    const queue = new WriteQueue(async () => {
      if (isBroken) throw new Error('full')
    })
    const outcomes = await Promise.allSettled([put(queue, 'a'), put(queue, 'b')])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(queue.latest('a')).toBeUndefined()
    isBroken = false
    await put(queue, 'a')
  })

  it('runs what must be alone between the writes before and after it', async () => {
    const steps: string[] = []
    const queue = new WriteQueue(async (group) => {
      steps.push(...group.map(({ key }) => key))
    })
    const all = [put(queue, 'a'), queue.exclusive(async () => void steps.push('alone')), put(queue, 'b')]
    await queue.idle()
    expect(steps).toEqual(['a', 'alone', 'b'])
    await Promise.all(all)
    await expect(queue.exclusive(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  })
})

function put(queue: WriteQueue, key: string): Promise<void> {
  return queue.add(queue.begin(key, Buffer.alloc(1), 0))
}
