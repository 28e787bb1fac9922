import { describe, expect, it } from 'vitest'
import { SegmentDebts } from './segment-debts.ts'

const KEY = 'key'

describe('SegmentDebts', () => {
  it('owes a tombstone for a key that the disk had as its write was refused', () => {
    const debts = new SegmentDebts()
    debts.forget(KEY)
    expect(debts.next()).toEqual([])
    debts.refuse(KEY, false)
    expect([debts.size, debts.next()]).toEqual([1, [KEY]])
  })

  it('owes none for a key of which the disk has nothing', () => {
    const debts = new SegmentDebts()
    debts.refuse(KEY, false)
    expect([debts.size, debts.next()]).toEqual([0, []])
  })

  it('owes one where the disk may have taken the write that it refused', () => {
    const debts = new SegmentDebts()
    debts.refuse(KEY, true)
    expect(debts.next()).toEqual([KEY])
  })

  it('owes none once a write of the key is on the disk, and nothing newer was asked for', () => {
    const debts = new SegmentDebts()
    debts.forget(KEY)
    debts.refuse(KEY, false)
    debts.settle(KEY, true)
    expect(debts.size).toBe(0)
    debts.refuse(KEY, false)
    expect(debts.size).toBe(0)
  })

  it('owes one where the write after the one on the disk is refused', () => {
    const debts = new SegmentDebts()
    debts.settle(KEY, false)
    expect(debts.size).toBe(0)
    debts.refuse(KEY, false)
    expect(debts.next()).toEqual([KEY])
  })

  it('pays a few at a time, and none after everything was cleared', () => {
    const debts = new SegmentDebts()
    for (let index = 0; index < 1_000; index++) debts.refuse(`${index}`, true)
    let paid = 0
    for (let some = debts.next(); some.length > 0; some = debts.next()) {
      expect(some.length).toBeLessThanOrEqual(256)
      paid += some.length
      for (const key of some) debts.settle(key, true)
    }
    expect(paid).toBe(1_000)
    debts.refuse(KEY, true)
    debts.clear()
    expect(debts.size).toBe(0)
    debts.refuse(KEY, false)
    expect(debts.size).toBe(0)
  })
})
