import { describe, expect, it } from 'vitest'
import { type Cell, measure, stepsOf } from '../src/measure.ts'

const PLAN = { rounds: 3, cellMs: 0, minSamples: 2 }

function recorded(name: string, log: string[]): Cell {
  return { contestant: name, operation: 'get hit', batch: 10, sample: () => void log.push(name) }
}

describe('measure', () => {
  it('interleaves the cells, turns the order each round, and does not count the warm-up', async () => {
    const log: string[] = []
    let steps = 0
    const cells = [recorded('a', log), recorded('b', log)]
    const watch = { payload: '1 KiB', onStep: () => steps++, signal: new AbortController().signal }
    const rows = await measure(cells, PLAN, watch)
    expect(log.join('')).toBe('baaabbbbaaaabb')
    expect(steps).toBe(stepsOf(cells.length, PLAN))
    expect(rows.map((row) => [row.contestant, row.payload, row.samples, row.batch])).toEqual([
      ['a', '1 KiB', 6, 10],
      ['b', '1 KiB', 6, 10],
    ])
  })

  it('prepares before each sample', async () => {
    const log: string[] = []
    const cell = { ...recorded('s', log), prepare: async () => void log.push('p') }
    await measure(
      [cell],
      { rounds: 1, cellMs: 0, minSamples: 2 },
      { payload: '', onStep: () => {}, signal: new AbortController().signal },
    )
    expect(log.join('')).toBe('pspsps')
  })

  it('stops between two samples with the reason of its signal', async () => {
    const controller = new AbortController()
    const log: string[] = []
    const cell: Cell = {
      contestant: 'a',
      operation: 'set',
      batch: 1,
      sample: () => (log.push('s'), controller.abort(new Error('enough'))),
    }
    const watch = { payload: '', onStep: () => {}, signal: controller.signal }
    await expect(measure([cell], PLAN, watch)).rejects.toThrow('enough')
    expect(log).toHaveLength(1)
  })
})
