import { describe, expect, it } from 'vitest'
import { judgeGoals } from '../src/contest/goal.ts'
import { type CaseId, CASES } from '../src/memory/cases.ts'
import { type Cell, cellOf, Findings } from '../src/memory/cell.ts'
import type { ContestantId } from '../src/memory/contestants.ts'
import { memoryGaps } from '../src/memory/gaps.ts'
import { GOALS } from '../src/memory/goals.ts'
import { cell, madeUpMemoryResults } from './made-up-memory.ts'

const judged = (id: string, cells: readonly Cell[]) =>
  judgeGoals(GOALS, new Findings(cells)).find((goal) => goal.id === id)

describe('cellOf', () => {
  it('takes medians over the processes, and how far they lie apart', () => {
    const samples = [300, 100, 200].map((cpuNs, index) => ({ cpuNs, hitRate: 0.5 + index / 10, sink: 1 }))
    expect(cellOf('replay-10k', 'ours', samples)).toEqual(
      cell('replay-10k', 'ours', 200, { hitRate: 0.6, spread: 1, processes: 3 }),
    )
  })

  it('tells the spread of what the case is about', () => {
    const held = [100, 100, 110].map((bytes, index) => ({ cpuNs: 1 + index, bytes, grownBytes: index, sink: 1 }))
    expect(cellOf('growth-10k', 'ours', held)).toMatchObject({ bytes: 100, grownBytes: 1, spread: 0.1 })
    const filling = [1, 2, 3].map((fillPauseMs) => ({ cpuNs: 1, fillPauseMs, sink: 1 }))
    expect(cellOf('pauses-1m', 'map', filling)).toMatchObject({ fillPauseMs: 2, evictPauseMs: undefined, spread: 1 })
    const full = [10, 20, 40].map((evictPauseMs) => ({ cpuNs: 1, fillPauseMs: 5, evictPauseMs, sink: 1 }))
    expect(cellOf('pauses-1m', 'ours', full)).toMatchObject({ fillPauseMs: 5, evictPauseMs: 20, spread: 1.5 })
  })
})

describe('the goals of the memory tier', () => {
  it('name only contestants that take part in the case they look at', () => {
    const parts = new Set(CASES.flatMap((one) => one.contestants.map((contestant) => `${one.id}/${contestant}`)))
    const strangers: string[] = []
    const watched = new (class extends Findings {
      override cell(caseId: CaseId, contestant: ContestantId): Cell | undefined {
        if (!parts.has(`${caseId}/${contestant}`)) strangers.push(`${caseId}/${contestant}`)
        return undefined
      }
    })([])
    for (const goal of GOALS) goal.measure(watched)
    expect(strangers).toEqual([])
  })

  it('are not measured where a part of them is missing', () => {
    const goals = judgeGoals(GOALS, new Findings([cell('hit-10k', 'ours', 50), cell('bytes-1m', 'ours', 1)]))
    expect(goals.map(({ verdict }) => verdict)).toEqual(GOALS.map(() => 'not measured'))
  })

  it.each([
    ['hit-10k', 'ours', 'map', 115],
    ['hit-1m', 'ours', 'map', 200],
    ['evict-10k', 'ours-sieve', 'fifo', 105],
    ['evict-10k', 'ours', 'fifo', 150],
    ['evict-1m', 'ours-sieve', 'fifo', 105],
    ['evict-1m', 'ours', 'fifo', 150],
    ['get-sync', 'ours-cache', 'map', 150],
    ['get-awaited', 'ours-cache', 'map-async', 120],
  ] as const)('%s: %s may take 100 to the floor %s as %i', (caseId, own, floor, most) => {
    const suffix = own === 'ours-sieve' ? '-sieve' : caseId.startsWith('evict') ? '-default' : ''
    const id = `${caseId}${suffix}`
    const at = (cpuNs: number) => judged(id, [cell(caseId, floor, 100), cell(caseId, own, cpuNs)])?.verdict
    expect([at(most), at(most + 1)]).toEqual(['met', 'falls short'])
  })

  const lru = cell('replay-10k', 'lru-cache', 170, { hitRate: 0.6 })

  it('hold the speed of reading through against lru-cache', () => {
    const at = (cpuNs: number) => judged('replay-speed', [lru, cell('replay-10k', 'ours', cpuNs)])
    expect(at(200)).toMatchObject({ measured: 0.85, verdict: 'met' })
    expect(at(201)?.verdict).toBe('falls short')
  })

  it('hold the time per miss avoided against that of lru-cache', () => {
    const at = (hitRate: number) => judged('replay-avoided', [lru, cell('replay-10k', 'ours', 187, { hitRate })])
    expect(at(0.67)?.verdict).toBe('met')
    expect(at(0.65)?.verdict).toBe('falls short')
  })

  it('take the bytes of an entry as what is above those of keys and values alone', () => {
    const held = (contestant: ContestantId, bytes: number) => cell('bytes-1m', contestant, 1, { bytes: bytes * 1e6 })
    const others = [held('alone', 90), held('lru-cache-ttl', 170)]
    expect(judged('bytes-1m', [...others, held('ours', 182)])).toMatchObject({ measured: 1.15, verdict: 'met' })
    expect(judged('bytes-1m', [...others, held('ours', 183)])?.verdict).toBe('falls short')
  })

  it('let the heap grow by 0.1 MB, and no more', () => {
    const at = (grownBytes: number) => judged('growth-10k', [cell('growth-10k', 'ours', 1, { grownBytes })])?.verdict
    expect([at(-5_000), at(100_000), at(100_001)]).toEqual(['met', 'met', 'falls short'])
  })
})

describe('memoryGaps', () => {
  const told = { hitRate: 0.5, bytes: 100, grownBytes: 0 }
  const cells = CASES.flatMap((one) =>
    one.contestants.map((contestant: ContestantId) => cell(one.id, contestant, 100, told)),
  )
  // With equal bytes an entry takes 0 of 0: no verdict, which is another test's.
  const full = madeUpMemoryResults(cells, { goals: [] })

  it('finds none in a full run', () => {
    expect(memoryGaps(full)).toEqual([])
  })

  it('finds a quick run, and what was not measured in every process', () => {
    const [first, ...others] = cells
    const faulty = [{ ...first, processes: 2 }, ...others] as typeof cells
    expect(memoryGaps({ ...full, quick: true, cells: faulty })).toEqual([
      'it was quick',
      "without 'A hit among 500 entries' of Map, no bound",
    ])
  })
})
