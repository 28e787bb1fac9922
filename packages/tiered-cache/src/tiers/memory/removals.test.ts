import { describe, expect, it } from 'vitest'
import { Removals } from './removals.ts'

const broken = (): never => {
  throw new Error('the listener broke')
}

describe('Removals', () => {
  it('notes nothing while nobody listens', () => {
    const told: string[] = []
    const removals = new Removals(undefined)
    expect([removals.isHeard, removals.isValueHeard]).toEqual([false, false])
    removals.note('a', 1, 'deleted')
    removals.on((key) => told.push(key))
    removals.tell()
    expect(told).toEqual([])
    expect([removals.isHeard, removals.isValueHeard]).toEqual([true, false])
  })

  it('tells each once, in order, the value listener first', () => {
    const told: unknown[] = []
    const removals = new Removals((...removal) => told.push(removal))
    removals.on((...removal) => told.push(removal))
    removals.note('a', 1, 'deleted')
    removals.note('b', undefined, 'capacity')
    expect(told).toEqual([])
    removals.tell()
    removals.tell()
    expect(told).toEqual([
      ['a', 1, 'deleted'],
      ['a', 'deleted'],
      ['b', undefined, 'capacity'],
      ['b', 'capacity'],
    ])
    expect([removals.isHeard, removals.isValueHeard]).toEqual([true, true])
  })

  it('takes one listener that is added twice as two, each with an end of its own', () => {
    const told: string[] = []
    const removals = new Removals(undefined)
    const listener = (key: string): void => void told.push(key)
    const [offOne, offOther] = [removals.on(listener), removals.on(listener)]
    const tell = (key: string): readonly string[] => {
      removals.note(key, 0, 'expired')
      removals.tell()
      return told.splice(0)
    }
    expect(tell('a')).toEqual(['a', 'a'])
    offOne()
    offOne()
    expect(tell('b')).toEqual(['b'])
    offOther()
    expect([tell('c'), removals.isHeard]).toEqual([[], false])
  })

  it('drops what listeners throw', () => {
    const told: string[] = []
    const removals = new Removals(broken)
    removals.on(broken)
    removals.on((key) => told.push(key))
    removals.note('a', 1, 'replaced')
    removals.tell()
    removals.note('b', 1, 'replaced')
    removals.tell()
    expect(told).toEqual(['a', 'b'])
  })

  it('tells what listeners cause after what was noted before, to all in the same order', () => {
    const told: string[] = []
    const removals = new Removals(undefined)
    removals.on((key) => {
      if (key.length > 2) return
      removals.note(`${key}'`, 0, 'deleted')
      removals.tell()
    })
    removals.on((key) => told.push(key))
    removals.note('a', 0, 'capacity')
    removals.note('b', 0, 'capacity')
    removals.tell()
    expect(told).toEqual(['a', 'b', "a'", "b'", "a''", "b''"])
  })

  it('drops the rejection of a listener that is asynchronous', async () => {
    // As callers without types write it.
    const asyncBroken = (async () => broken()) as () => void
    const removals = new Removals(asyncBroken)
    removals.on(asyncBroken)
    removals.note('a', 1, 'deleted')
    removals.tell()
    // An unhandled rejection would fail the run.
    await new Promise((resolve) => setImmediate(resolve))
    expect(removals.isHeard).toBe(true)
  })
})
