import { describe, expect, it } from 'vitest'
import { type Entry, makeEntry } from '../entry.ts'
import { recordIdOf } from './record-id.ts'

const entry = (facts: Partial<Entry> = {}): Entry => ({ ...makeEntry('v', 1_700_000_000_000, 1, 1, 0), ...facts })
const stamps = (expire: string, del: string): Partial<Entry> => ({ stamps: [{ tag: 't', expire, delete: del }] })

describe('recordIdOf', () => {
  it('is the same for the same facts, whoever holds the entry', () => {
    expect(recordIdOf(entry())).toBe(recordIdOf(entry({ value: 'other' })))
    expect(recordIdOf(entry(stamps('a', 'b')))).toBe(recordIdOf(entry(stamps('a', 'b'))))
  })

  it('fits into the header, whatever the numbers are', () => {
    for (const loadMs of [0, -0, 1.5, Number.MAX_VALUE]) {
      for (const storedAt of [0, -1, 1_700_000_000_000.25, Infinity]) {
        expect(recordIdOf(entry({ storedAt, loadMs }))).toMatch(/^[\w-]{11}$/)
      }
    }
  })

  it('differs by the instant, the time that the load took, and the stamps', () => {
    const many: Entry[] = [entry(stamps('a', 'b')), entry(stamps('b', 'b')), entry(stamps('a', 'c'))]
    for (let index = 0; index < 2_000; index++) {
      many.push(entry({ storedAt: 1_700_000_000_000 + index }), entry({ loadMs: (index + 1) / 7 }))
    }
    expect(new Set(many.map(recordIdOf)).size).toBe(many.length)
  })
})
