import { describe, expect, it } from 'vitest'
import { type CostCell, CostFindings } from '../src/contest/findings.ts'
import type { Measured } from '../src/contest/rounds.ts'
import { contestSuite, type JudgedContest, runContest } from '../src/suites/contest-suite.ts'

type Cell = CostCell<'call', 'ours' | 'other'>
type Plan = { readonly processes: number; readonly parallel: number }
type Found = CostFindings<'call', 'ours' | 'other'>

const cell = (contestant: Cell['contestant'], cpuNs: number, spread = 0.1): Cell => {
  return { case: 'call', contestant, cpuNs, spread, processes: 2 }
}
const measured = (...cells: readonly Cell[]): Measured<Cell> => ({ cells, faults: [] })

function contest(found: Measured<Cell>, asked: Plan[] = []): JudgedContest<'made-up', Plan, Cell, Found> {
  return {
    name: 'made-up',
    about: 'nothing at all',
    plans: { full: { processes: 2, parallel: 1 }, quick: { processes: 1, parallel: 2 } },
    measure: async (plan) => {
      asked.push(plan)
      return found
    },
    cases: [{ id: 'call', title: 'A call', contestants: ['ours', 'other'] }],
    labels: { ours: { label: 'our own' }, other: { label: 'the other' } },
    findings: (cells) => new CostFindings(cells),
    goals: [
      {
        id: 'faster',
        says: 'twice as fast',
        limit: { atLeast: 2 },
        unit: 'times',
        measure: (one) => one.ratio('call', ['other'], 'ours'),
      },
    ],
    quickWarnings: ['it was short'],
    notes: ['made up'],
    text: ({ cells }) => `${cells.length} cells`,
  }
}

const { signal } = new AbortController()

describe('contestSuite', () => {
  const suite = contestSuite(contest(measured(cell('ours', 100), cell('other', 300))))

  it('has the name of the contest and no option of its own', () => {
    expect(suite).toMatchObject({ name: 'made-up', about: 'nothing at all', options: [], file: 'made-up-latest' })
  })

  it('reports what was measured, judged and worded', async () => {
    const options = { suite: 'made-up', quick: false, tiers: [], sizes: [], help: false }
    const report = await suite.run({ ...options, payloadFile: undefined, jsonFile: undefined }, signal)
    expect(report).toMatchObject({
      text: '2 cells',
      isIncomplete: false,
      results: {
        suite: 'made-up',
        quick: false,
        processes: 2,
        goals: [{ id: 'faster', measured: 3, verdict: 'met' }],
        notes: ['made up'],
      },
    })
    expect(report).not.toHaveProperty('page')
  })
})

describe('runContest', () => {
  it('measures by the plan of a quick run and warns of it', async () => {
    const plans: Plan[] = []
    const { results } = await runContest(contest(measured(), plans), { quick: true, signal })
    expect(plans).toEqual([{ processes: 1, parallel: 2 }])
    expect(results).toMatchObject({ quick: true, processes: 1, goals: [{ verdict: 'not measured' }] })
    expect(results.warnings).toContain('it was short')
  })

  it('warns of what could not be measured, and is incomplete then', async () => {
    const faulty = { cells: [cell('ours', 100)], faults: ['call, the other: it ended'] }
    const { results, isIncomplete } = await runContest(contest(faulty), { quick: false, signal })
    expect(isIncomplete).toBe(true)
    expect(results.warnings[0]).toBe('not measured: call, the other: it ended')
    expect(results.warnings).not.toContain('it was short')
  })

  it('warns of processes that disagree, by the words of the contest', async () => {
    const { results } = await runContest(contest(measured(cell('ours', 100, 0.9))), { quick: false, signal })
    expect(results.warnings.join()).toContain("at 'A call': our own 90 %")
  })

  it('tells the Redis that was measured, and makes the page where there is one', async () => {
    const paged = { ...contest(measured()), page: () => '<p>the page' }
    const { results, page } = await runContest(paged, { quick: false, signal, redis: 'Redis 7' })
    expect(results.machine.redis).toBe('Redis 7')
    expect(page).toBe('<p>the page')
  })

  it('hands on what ends the measuring', async () => {
    const failing = { ...contest(measured()), measure: () => Promise.reject(new Error('interrupted')) }
    await expect(runContest(failing, { quick: false, signal })).rejects.toThrow('interrupted')
  })
})
