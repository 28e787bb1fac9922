import { describe, expect, it } from 'vitest'
import { judgeGoals } from '../src/contest/goal.ts'
import { type CaseId, CASES } from '../src/freshness/cases.ts'
import { type Cell, cellOf, Findings } from '../src/freshness/cell.ts'
import type { ContestantId } from '../src/freshness/contestants.ts'
import { freshnessGaps } from '../src/freshness/gaps.ts'
import { GOALS } from '../src/freshness/goals.ts'
import { cell, madeUpFreshnessResults } from './made-up-freshness.ts'

const judged = (id: string, cells: readonly Cell[]) =>
  judgeGoals(GOALS, new Findings(cells)).find((goal) => goal.id === id)

describe('cellOf', () => {
  it('takes medians over the processes, and how far their CPU times lie apart', () => {
    const samples = [300, 100, 200].map((cpuNs) => ({ cpuNs, sink: 1 }))
    expect(cellOf('get', 'ours', samples)).toEqual(cell('get', 'ours', 200, { spread: 1, processes: 3 }))
  })

  it('takes the spread of the clock where the case is about that', () => {
    const samples = [10, 30, 20].map((wallNs) => ({ cpuNs: 5, wallNs, afterNs: wallNs * 2, sink: 1 }))
    const told = { wallNs: 20, afterNs: 40, spread: 1, processes: 3 }
    expect(cellOf('invalidate-10', 'ours', samples)).toEqual(cell('invalidate-10', 'ours', 5, told))
  })
})

describe('the goals of freshness', () => {
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
    const lonely = [cell('get', 'ours-tagged', 50), cell('invalidate-10', 'ours', 1, { wallNs: 1 })]
    expect(judgeGoals(GOALS, new Findings(lonely)).map(({ verdict }) => verdict)).toEqual(
      GOALS.map(() => 'not measured'),
    )
  })

  it.each([
    ['hit-map', 'get-or-set', 'ours', 'map-async', 120],
    ['tagged-sync', 'sync', 'ours-tagged', 'ours', 130],
    ['tagged-get', 'get', 'ours-tagged', 'ours', 130],
    ['tagged-get-or-set', 'get-or-set', 'ours-tagged', 'ours', 130],
    ['namespace-sync', 'sync', 'ours-namespace', 'ours', 130],
    ['namespace-get', 'get', 'ours-namespace', 'ours', 130],
    ['namespace-get-or-set', 'get-or-set', 'ours-namespace', 'ours', 130],
    ['both-sync', 'sync', 'ours-namespace-tagged', 'ours-namespace', 130],
    ['both-get', 'get', 'ours-namespace-tagged', 'ours-namespace', 130],
    ['both-get-or-set', 'get-or-set', 'ours-namespace-tagged', 'ours-namespace', 130],
  ] as const)('%s: by %s %s may take, to 100 of %s, %i', (id, caseId, own, floor, most) => {
    const at = (cpuNs: number) => judged(id, [cell(caseId, floor, 100), cell(caseId, own, cpuNs)])?.verdict
    expect([at(most), at(most + 1)]).toEqual(['met', 'falls short'])
  })

  it.each([
    ['hit-bentocache', 'bentocache', 25],
    ['hit-cacheable', 'cacheable', 90],
  ] as const)('%s: %s as it comes takes %i times as long at least', (id, peer, times) => {
    const at = (cpuNs: number) => {
      const reference = cell('get-or-set', `${peer}-reference`, 100)
      return judged(id, [cell('get-or-set', 'ours', 100), cell('get-or-set', peer, cpuNs), reference])?.verdict
    }
    expect([at(times * 100), at(times * 100 - 1)]).toEqual(['met', 'falls short'])
  })

  it('give the waiters 3 ms by the clock, whatever their CPU time', () => {
    const at = (wallNs: number) => judged('waiters', [cell('waiters', 'ours', 9e6, { wallNs })])
    expect(at(3e6)).toMatchObject({ measured: 3, verdict: 'met' })
    expect(at(3.01e6)?.verdict).toBe('falls short')
  })

  it('let an invalidation take what it takes with few entries, and the noise', () => {
    const at = (wallNs: number) => {
      const few = cell('invalidate-10', 'ours', 1, { wallNs: 4000 })
      return judged('invalidate-growth', [few, cell('invalidate-1m', 'ours', 1, { wallNs })])?.verdict
    }
    expect([at(6000), at(6001)]).toEqual(['met', 'falls short'])
  })

  it('hold hits right after an invalidation against hits else', () => {
    const at = (cpuNs: number) => {
      return judged('beside', [cell('sync', 'ours-tagged', 100), cell('beside', 'ours-tagged', cpuNs)])?.verdict
    }
    expect([at(130), at(131)]).toEqual(['met', 'falls short'])
  })
})

describe('freshnessGaps', () => {
  const cells = CASES.flatMap((one) =>
    one.contestants.map((contestant: ContestantId) => cell(one.id, contestant, 100, { wallNs: 100 })),
  )
  const full = madeUpFreshnessResults(cells)

  it('finds none in a full run', () => {
    expect(freshnessGaps(full)).toEqual([])
  })

  it('finds a quick run, and what was not measured in every process', () => {
    const [first, ...others] = cells
    const faulty = [{ ...first, processes: 2 }, ...others] as typeof cells
    expect(freshnessGaps({ ...full, quick: true, cells: faulty })).toEqual([
      'it was quick',
      "without 'An awaited hit by getOrSet, 10,000 entries' of Map in an async function",
    ])
  })
})
