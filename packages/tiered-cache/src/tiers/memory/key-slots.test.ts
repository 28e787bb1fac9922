import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { namespacePrefix } from '../../key.ts'
import { MISS } from '../tier.ts'
import { KeySlots, slotOf } from './key-slots.ts'

const PREFIXES = ['', namespacePrefix('a'), namespacePrefix('ab'), namespacePrefix('')]
// Equal in several namespaces, and such as look like a part of a prefix.
const KEYS = ['k', 'long enough a key for a slice', '@a', 'ö', '']

const key = fc
  .tuple(fc.constantFrom(...PREFIXES), fc.constantFrom(...KEYS))
  .map(([prefix, short]) => ({ prefix, short, full: prefix + short }))
  .filter(({ full }) => full !== '')

const step = fc.record({
  key,
  isTagged: fc.boolean(),
  verb: fc.constantFrom('put', 'put', 'put', 'free', 'free', 'clear'),
})

const answersPlace = { hit: (place: number) => place }

describe('KeySlots', () => {
  it('finds each full key in its slot, and in its namespace without the prefix', () => {
    const run = fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const slots = new KeySlots(answersPlace)
      const views = new Map(PREFIXES.slice(1).map((prefix) => [prefix, slots.namespace(prefix)]))
      const model = new Map<string, { readonly slot: number; readonly isTagged: boolean }>()
      for (const {
        key: { full },
        isTagged,
        verb,
      } of steps) {
        const held = model.get(full)
        if (verb === 'clear') {
          slots.clear()
          model.clear()
        } else if (verb === 'free') {
          if (held !== undefined) slots.free(held.slot)
          model.delete(full)
        } else if (held === undefined) {
          const slot = slots.take(full, isTagged)
          expect([...model.values()].map((each) => each.slot)).not.toContain(slot)
          model.set(full, { slot, isTagged })
        } else {
          slots.mark(held.slot, isTagged)
          model.set(full, { ...held, isTagged })
        }
        assertHolds(slots, model, views)
      }
    })
    fc.assert(run, { numRuns: 300 })
  })

  it('gives out each slot that is free before a new one', () => {
    const slots = new KeySlots(answersPlace)
    expect(['a', 'b', 'c'].map((each) => slots.take(each, false))).toEqual([0, 1, 2])
    slots.free(1)
    expect(['d', 'e'].map((each) => slots.take(each, true))).toEqual([1, 3])
  })
})

function assertHolds(
  slots: KeySlots,
  model: ReadonlyMap<string, { readonly slot: number; readonly isTagged: boolean }>,
  views: ReadonlyMap<string, ReturnType<KeySlots['namespace']>>,
): void {
  expect(new Map(slots)).toEqual(new Map([...model].map(([full, { slot }]) => [full, slot])))
  for (const [full, { slot, isTagged }] of model) {
    expect(slots.keyOf(slot)).toBe(full)
    expect(slots.get(full)).toBe(slot)
    const place = slots.placeOf(full) as number
    expect([place < 0, slotOf(place)]).toEqual([isTagged, slot])
  }
  for (const [prefix, view] of views) {
    expect(slots.namespace(prefix)).toBe(view)
    for (const short of KEYS) expect(view.getFresh(short, 0)).toBe(slots.placeOf(prefix + short) ?? MISS)
  }
  for (const short of KEYS) expect(slots.plain.get(short)).toBe(short === '' ? undefined : slots.placeOf(short))
}
