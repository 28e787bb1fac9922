import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areCurrent } from '../../entry.ts'
import { StampColumns } from './stamp-columns.ts'

const SLOTS = 4
const TAGS = ['a', 'b', 'c', 'd', 'e']

const tags = fc.subarray(TAGS).chain((some) => fc.shuffledSubarray(some, { minLength: some.length }))

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ slot: fc.nat(SLOTS - 1), tags }) },
  {
    weight: 2,
    arbitrary: fc.record({ told: fc.constantFrom(...TAGS), isCurrent: fc.constantFrom(true, true, false, undefined) }),
  },
  { weight: 1, arbitrary: fc.constant('clear' as const) },
)

describe('StampColumns', () => {
  it('gives the very stamps of each slot, and whether all are current and all that are named among them', () => {
    const run = fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), tags, (steps, named) => {
      const stamps = TAGS.map((tag) => ({ tag, expire: 'e', delete: 'd', isCurrent: true as boolean | undefined }))
      const columns = new StampColumns()
      const model = new Map<number, typeof stamps>()
      for (const each of steps) {
        if (each === 'clear') {
          columns.clear()
          model.clear()
        } else if ('told' in each) {
          stamps.find(({ tag }) => tag === each.told)!.isCurrent = each.isCurrent
        } else {
          model.set(
            each.slot,
            each.tags.map((tag) => stamps.find((stamp) => stamp.tag === tag)!),
          )
          columns.set(each.slot, model.get(each.slot)! as never)
        }
        for (let slot = 0; slot < SLOTS; slot++) assertSlot(columns, slot, model.get(slot) ?? [], named)
      }
    })
    fc.assert(run, { numRuns: 500 })
  })
})

describe('areCurrent', () => {
  it('asks of each stamp that it is told to be current, and of each tag named that there is a stamp', () => {
    const run = fc.property(tags, tags, fc.subarray(TAGS), (held, named, current) => {
      const stamps = held.map((tag) => ({ tag, expire: 'e', delete: 'd', isCurrent: current.includes(tag) }))
      const areAllCurrent = held.every((tag) => current.includes(tag))
      expect(areCurrent(stamps, undefined)).toBe(areAllCurrent)
      expect(areCurrent(stamps, named)).toBe(areAllCurrent && named.every((tag) => held.includes(tag)))
    })
    fc.assert(run)
  })

  it('takes a stamp of which nothing is told for outdated', () => {
    expect(areCurrent([{ tag: 'a', expire: 'e', delete: 'd' }], undefined)).toBe(false)
  })
})

function assertSlot(columns: StampColumns, slot: number, held: readonly object[], named: readonly string[]): void {
  const found = columns.at(slot)
  expect(found.length).toBe(held.length)
  for (const [at, stamp] of held.entries()) expect(found[at]).toBe(stamp)
  expect(columns.isTagged(slot)).toBe(held.length > 0)
  const own = held as never
  expect(columns.areCurrent(slot, undefined)).toBe(areCurrent(own, undefined))
  expect(columns.areCurrent(slot, named)).toBe(areCurrent(own, named))
}
