import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Entry, freshnessAt, makeEntry } from '../../entry.ts'
import { EntryColumns } from './entry-columns.ts'

const SLOTS = 4
const STAMPS = ['user:1', 'user:2', 'team:1'].map((tag) => ({ tag, expire: 'e', delete: 'd' }))

// Near each other, so that they meet and differ, far apart, with fractions that no sum gives back, and without end.
const instant = fc.oneof(
  fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_020 }),
  fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  fc.double({ min: 1, max: 2e12, noNaN: true }),
  fc.constant(Infinity),
)

const entry: fc.Arbitrary<Entry> = fc
  .record({
    value: fc.anything(),
    storedAt: instant.filter((at) => at !== Infinity),
    lives: fc.tuple(instant, instant),
    loadMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true })),
    etag: fc.option(fc.string(), { nil: undefined, freq: 4 }),
    stamps: fc.constantFrom([], [], [], STAMPS, STAMPS.slice(1), STAMPS.slice(2)),
  })
  .map(({ lives, value, storedAt, loadMs, etag, stamps }) => {
    const [staleAt, expiresAt] = [Math.min(...lives), Math.max(...lives)]
    return { value, storedAt, staleAt, expiresAt, loadMs: loadMs + 0, etag, stamps }
  })

type Step = { readonly slot: number } & ({ readonly entry: Entry } | { readonly verb: 'free' | 'clear' | 'grow' })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ slot: fc.nat(SLOTS - 1), entry }) },
  {
    weight: 2,
    arbitrary: fc.record({ slot: fc.nat(SLOTS - 1), verb: fc.constantFrom('free', 'free', 'free', 'clear', 'grow') }),
  },
)

function assertHolds(columns: EntryColumns, model: ReadonlyMap<number, Entry>): void {
  for (const [slot, held] of model) {
    expect(columns.value(slot)).toBe(held.value)
    expect(columns.entry(slot, held.value)).toStrictEqual(held)
    expect(columns.at(slot)).toBe(held.expiresAt)
    expect(columns.stamps.isTagged(slot)).toBe(held.stamps.length > 0)
    for (const now of [held.storedAt, held.staleAt, held.staleAt - 0.25, held.staleAt - 1, held.expiresAt]) {
      expect(columns.isFresh(slot, now)).toBe(freshnessAt(held, now) === 'fresh')
    }
  }
}

describe('EntryColumns', () => {
  it('gives back every fact of each slot, whatever the others have', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const columns = new EntryColumns()
        const model = new Map<number, Entry>()
        let capacity = SLOTS
        columns.grow(capacity)
        for (const { slot, ...rest } of steps) {
          if ('entry' in rest) {
            if (model.has(slot)) columns.set(slot, rest.entry, rest.entry.value)
            else columns.add(slot, rest.entry, rest.entry.value)
            model.set(slot, rest.entry)
          } else if (rest.verb === 'clear') {
            columns.clear()
            model.clear()
          } else if (rest.verb === 'grow') {
            capacity *= 2
            columns.grow(capacity)
          } else if (model.delete(slot)) columns.free(slot)
          assertHolds(columns, model)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('keeps the value that it is told to, and no other', () => {
    for (const facts of [{}, { etag: 'e' }]) {
      const columns = new EntryColumns()
      columns.grow(1)
      columns.add(0, { ...makeEntry('given', 1_000, 10, 0, 0), ...facts }, 'kept')
      expect(columns.value(0)).toBe('kept')
      expect(columns.entry(0, 'read')).toStrictEqual({ ...makeEntry('read', 1_000, 10, 0, 0), ...facts })
    }
  })

  it('makes entries of one shape, of new objects', () => {
    const columns = new EntryColumns()
    columns.grow(2)
    columns.add(0, makeEntry(1, 1_000, 10, 0, 0), 1)
    columns.add(1, { ...makeEntry(1, 1_000, 10, 0, 0), etag: 'e' }, 1)
    expect(Object.keys(columns.entry(0, 1))).toEqual(Object.keys(columns.entry(1, 1)))
    expect(columns.entry(1, 1)).not.toBe(columns.entry(1, 1))
  })
})
