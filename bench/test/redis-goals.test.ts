import { describe, expect, it } from 'vitest'
import { judgeGoals } from '../src/contest/goal.ts'
import { type CaseId, CASES } from '../src/redis/cases.ts'
import { type Cell, cellOf, Findings } from '../src/redis/cell.ts'
import type { ContestantId } from '../src/redis/contestants.ts'
import { GOALS } from '../src/redis/goals.ts'
import { cell } from './made-up-redis.ts'

const judged = (id: string, ...cells: readonly Cell[]) =>
  judgeGoals(GOALS, new Findings(cells)).find((goal) => goal.id === id)

describe('cellOf', () => {
  const samples = [3, 1, 2].map((times) => ({ cpuNs: 10 * times, wallNs: 100 + times }))

  it('takes medians over the processes, and the slowest of them', () => {
    expect(cellOf('get-100', 'ours', samples)).toMatchObject({ cpuNs: 20, wallNs: 102, slowestNs: 103, processes: 3 })
  })

  it('tells how far apart lies what is compared: the clock, and of hits in memory CPU time', () => {
    expect(cellOf('get-100', 'ours', samples).spread).toBeCloseTo(2 / 102)
    expect(cellOf('sync', 'ours', samples)).toMatchObject({ spread: 1, slowestNs: 30 })
  })
})

describe('the goals of the Redis suite', () => {
  it('name only contestants that take part in the case they look at', () => {
    const parts = new Set(CASES.flatMap((one) => one.contestants.map((contestant) => `${one.id}/${contestant}`)))
    const strangers: string[] = []
    const watched = new (class extends Findings {
      override cost(caseId: CaseId, contestant: ContestantId): number {
        if (!parts.has(`${caseId}/${contestant}`)) strangers.push(`${caseId}/${contestant}`)
        return 1
      }
    })([])
    for (const goal of GOALS) goal.measure(watched)
    expect(strangers).toEqual([])
  })

  it('are not measured where a part of them is missing', () => {
    expect(judged('get-client', cell('get-100', 'ours', 100))?.verdict).toBe('not measured')
  })

  it.each([
    ['get-client', 'get-100', 'node-redis', 1],
    ['get-bentocache', 'get-100', 'bentocache', 3],
    ['get-cacheable', 'get-100', 'cacheable', 5],
    ['many-cache-manager', 'get-many', 'cache-manager', 3],
    ['set-bentocache', 'set-100', 'bentocache', 4],
  ] as const)('%s: by the clock, at %s the time of %s is at least so many times ours', (id, caseId, other, times) => {
    // Its CPU time would say otherwise.
    const ours = cell(caseId, 'ours', 100, 1e9)
    expect(judged(id, ours, cell(caseId, other, 100 * times + 1))).toMatchObject({ verdict: 'met' })
    expect(judged(id, ours, cell(caseId, other, 100 * times - 1))).toMatchObject({ verdict: 'falls short' })
  })

  it('hold a call for many keys against one MGET', () => {
    const mget = cell('get-many', 'node-redis', 100)
    expect(judged('many-client', mget, cell('get-many', 'ours', 150))).toMatchObject({ measured: 1.5, verdict: 'met' })
    expect(judged('many-client', mget, cell('get-many', 'ours', 151))?.verdict).toBe('falls short')
  })

  it.each(['sync', 'awaited'] as const)('%s: hold a hit with a bus against one without, by CPU time', (id) => {
    const without = cell(id, 'ours', 1, 100)
    expect(judged(`${id}-bus`, without, cell(id, 'ours-bus', 1e9, 110))?.verdict).toBe('met')
    expect(judged(`${id}-bus`, without, cell(id, 'ours-bus', 1, 111))?.verdict).toBe('falls short')
  })
})
