import { describe, expect, it } from 'vitest'
import type { CaseId } from '../src/breaker/cases.ts'
import { CASES } from '../src/breaker/cases.ts'
import { type Cell, cellOf, Findings } from '../src/breaker/cell.ts'
import type { ContestantId } from '../src/breaker/contestants.ts'
import { GOALS } from '../src/breaker/goals.ts'
import { judge, judgeGoals } from '../src/contest/goal.ts'
import { cell } from './made-up-breaker.ts'

const judged = (id: string, cells: readonly Cell[]) =>
  judgeGoals(GOALS, new Findings(cells)).find((goal) => goal.id === id)

describe('judge', () => {
  it.each([
    [1.2, { atMost: 1.2 }, 'met'],
    [1.21, { atMost: 1.2 }, 'falls short'],
    [-0.3, { atMost: 0.1 }, 'met'],
    [2.5, { atLeast: 2.5 }, 'met'],
    [2.49, { atLeast: 2.5 }, 'falls short'],
    [Number.NaN, { atLeast: 2.5 }, 'not measured'],
    [Number.NaN, { atMost: 2.5 }, 'not measured'],
  ] as const)('%f against %o: %s', (measured, limit, verdict) => {
    expect(judge(measured, limit)).toBe(verdict)
  })
})

describe('cellOf', () => {
  it('takes medians over the processes, and how far they lie apart', () => {
    const samples = [300, 100, 200].map((cpuNs, index) => ({ cpuNs, bytes: 10 + index, sum: 1 }))
    expect(cellOf('closed', 'ours', samples)).toEqual({
      case: 'closed',
      contestant: 'ours',
      cpuNs: 200,
      bytes: 11,
      spread: 1,
      processes: 3,
    })
  })

  it('has no bytes where no process could tell them', () => {
    expect(cellOf('closed', 'ours', [{ cpuNs: 1, bytes: undefined, sum: 1 }]).bytes).toBeUndefined()
  })
})

describe('the goals of the breaker', () => {
  it('name only contestants that take part in the case they look at', () => {
    const parts = new Set(CASES.flatMap((one) => one.contestants.map((contestant) => `${one.id}/${contestant}`)))
    const strangers: string[] = []
    const watched = new (class extends Findings {
      override cpuNs(caseId: CaseId, contestant: ContestantId): number {
        if (!parts.has(`${caseId}/${contestant}`)) strangers.push(`${caseId}/${contestant}`)
        return 1
      }
    })([])
    for (const goal of GOALS) goal.measure(watched)
    expect(strangers).toEqual([])
  })

  it('are not measured where a part of them is missing', () => {
    const results = judgeGoals(GOALS, new Findings([cell('closed', 'ours', 100, 400)]))
    expect(results.find((goal) => goal.id === 'closed-floor')).toMatchObject({
      measured: undefined,
      verdict: 'not measured',
    })
    expect(results.find((goal) => goal.id === 'closed-bytes')).toMatchObject({ measured: 400, verdict: 'met' })
  })

  it('compare a closed call with the fast floor', () => {
    const floor = cell('closed', 'floor-fast', 100)
    expect(judged('closed-floor', [floor, cell('closed', 'ours', 120)])).toMatchObject({
      measured: 1.2,
      verdict: 'met',
    })
    expect(judged('closed-floor', [floor, cell('closed', 'ours', 121)])?.verdict).toBe('falls short')
  })

  it('compare with the cheaper opossum', () => {
    const cells = [cell('closed', 'ours', 100), cell('closed', 'opossum', 400), cell('closed', 'opossum-tuned', 240)]
    expect(judged('closed-opossum', cells)).toMatchObject({ measured: 2.4, verdict: 'falls short' })
  })

  it("take the breaker's own share as what is above the same call without any", () => {
    const good = [cell('closed', 'bare', 50), cell('closed', 'ours', 80)]
    const failing = [cell('failing', 'bare', 700), cell('failing', 'ours', 754)]
    expect(judged('failing-share', [...good, ...failing])).toMatchObject({ measured: 1.8, verdict: 'met' })
  })

  it('look at the growth of that share when the window is a thousand times larger', () => {
    const bare = cell('failing', 'bare', 700)
    const cells = [bare, cell('failing', 'ours-100', 800), cell('failing', 'ours-100k', 820)]
    expect(judged('failing-calls', cells)).toMatchObject({ verdict: 'falls short' })
    expect(judged('failing-calls', cells)?.measured).toBeCloseTo(0.2)
  })

  it('let a permit leave half a byte over, and no more', () => {
    expect(judged('permit-bytes', [cell('permit', 'ours', 3, 0.4)])?.verdict).toBe('met')
    expect(judged('permit-bytes', [cell('permit', 'ours', 3, 8)])?.verdict).toBe('falls short')
  })

  it('hold idle breakers against a process that has none', () => {
    const others = [cell('idle', 'bare', 2_000_000), cell('idle', 'ours', 500_000), cell('idle', 'ours-100', 500_000)]
    expect(judged('idle-cpu', [...others, cell('idle', 'ours-10s', 2_900_000)])?.verdict).toBe('met')
    expect(judged('idle-cpu', [...others, cell('idle', 'ours-10s', 3_100_000)])?.verdict).toBe('falls short')
  })
})
