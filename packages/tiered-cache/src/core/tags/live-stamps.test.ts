import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { eventually } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { LiveStamps } from './live-stamps.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

describe('LiveStamps', () => {
  it('is one object for a tag until its stamps change', () => {
    const stamps = new LiveStamps()
    const first = stamps.set('x', 'd1', 'e1', 10)
    expect(stamps.set('x', 'd1', 'e1', 20)).toBe(first)
    expect(first).toMatchObject({ isCurrent: true, until: 20 })
    const second = stamps.set('x', 'd1', 'e2', 30)
    expect(second).not.toBe(first)
    expect([first.isCurrent, second.isCurrent]).toEqual([false, true])
  })

  it('tells who holds the object that the tag was dropped, or all were', () => {
    const stamps = new LiveStamps()
    const [x, y] = [stamps.set('x', 'd', 'e', 0), stamps.set('y', 'd', 'e', 0)]
    stamps.drop('x')
    stamps.drop('unknown')
    expect([x.isCurrent, y.isCurrent]).toEqual([false, true])
    stamps.dropAll()
    expect([y.isCurrent, stamps.get('y')]).toEqual([false, undefined])
  })

  it('knows a tag as long as a stamp of it is held, a former one too, and no longer', async () => {
    const stamps = new LiveStamps()
    const held = stamps.set('held', 'd', 'e1', 0)
    for (let tag = 0; tag < 10_000; tag++) stamps.set(`${tag}`, 'd', 'e', 0)
    stamps.set('held', 'd', 'e2', 0)
    expect(stamps.size).toBe(10_001)
    await eventually(() => {
      collect()
      expect(stamps.size).toBe(1)
    })
    expect(held.isCurrent).toBe(false)
    expect(stamps.get('held')).toMatchObject({ delete: 'd', expire: 'e2', isCurrent: true })
  })

  it('begins anew with a tag that was collected, before it has heard of that', () => {
    const stamps = new LiveStamps()
    for (let round = 0; round < 100; round++) {
      stamps.set('x', 'd', `e${round}`, 0)
      collect()
    }
    const held = stamps.set('x', 'd', 'last', 0)
    collect()
    expect(stamps.get('x')).toBe(held)
  })
})
