import { describe, expect, it } from 'vitest'
import { judgeGoals } from '../src/contest/goal.ts'
import { type CaseId, CASES } from '../src/logger/cases.ts'
import { type Cell, cellOf, Findings } from '../src/logger/cell.ts'
import type { ContestantId } from '../src/logger/contestants.ts'
import { GOALS } from '../src/logger/goals.ts'
import type { LossCell } from '../src/logger/losses/measure-deaths.ts'
import { cell, loss } from './made-up-logger.ts'

const FACTS = { bundleBytes: 15_000, dependencies: 0 }

const judged = (id: string, cells: readonly Cell[], losses: readonly LossCell[] = []) =>
  judgeGoals(GOALS, new Findings(cells, FACTS, losses)).find((goal) => goal.id === id)

describe('cellOf', () => {
  it('takes medians over the processes, and how far they lie apart', () => {
    const samples = [300, 100, 200].map((cpuNs) => ({ cpuNs, wallNs: cpuNs * 2 }))
    expect(cellOf('file', 'ours', samples)).toEqual({
      case: 'file',
      contestant: 'ours',
      cpuNs: 200,
      wallNs: 400,
      spread: 1,
      processes: 3,
    })
  })
})

describe('the goals of the logger', () => {
  it('name only contestants that take part in the case they look at', () => {
    const parts = new Set(CASES.flatMap((one) => one.contestants.map((contestant) => `${one.id}/${contestant}`)))
    const strangers: string[] = []
    const watched = new (class extends Findings {
      override cpuNs(caseId: CaseId, contestant: ContestantId): number {
        if (!parts.has(`${caseId}/${contestant}`)) strangers.push(`${caseId}/${contestant}`)
        return 1
      }
    })([], FACTS, [])
    for (const goal of GOALS) goal.measure(watched)
    expect(strangers).toEqual([])
  })

  it('hold a line in a rotated file against the best of pino', () => {
    const pinos = (['pino-roll', 'pino-transport', 'pino-rfs'] as const).map((contestant, index) =>
      cell('rotated', contestant, 4000 + 1000 * index),
    )
    expect(judged('rotated-pino', [...pinos, cell('rotated', 'ours', 1200)])).toMatchObject({ verdict: 'met' })
    expect(judged('rotated-pino', [...pinos, cell('rotated', 'ours', 1300)])).toMatchObject({
      measured: 0.325,
      verdict: 'falls short',
    })
    // One of them could have been the best.
    expect(judged('rotated-pino', [...pinos.slice(1), cell('rotated', 'ours', 1200)])?.verdict).toBe('not measured')
  })

  it("hold durability 'line' against pino, sync", () => {
    const cells = [cell('durable', 'pino', 5000), cell('durable', 'ours-line', 4000)]
    expect(judged('durable-pino', cells)).toMatchObject({ measured: 0.8, verdict: 'met' })
  })

  it('weigh the package and count what it brings along', () => {
    expect(judged('bundle', [])).toMatchObject({ measured: 15_000, verdict: 'met' })
    expect(judged('dependencies', [])).toMatchObject({ measured: 0, verdict: 'met' })
  })

  it('count lines lost, torn and twice, and miss a death that nobody died', () => {
    const losses = [loss('SIGTERM-turns', 'ours', 0), loss('SIGKILL-turns', 'ours', 0)]
    expect(judged('signals', [], losses)?.verdict).toBe('not measured')
    expect(judged('signals', [], [...losses, loss('idle', 'ours', 0)])).toMatchObject({ measured: 0, verdict: 'met' })
    for (const harm of [{ lost: 1 }, { torn: 1 }, { twice: 1 }]) {
      const harmed = [...losses, loss('idle', 'ours', 0, harm)]
      expect(judged('signals', [], harmed)).toMatchObject({ measured: 1, verdict: 'falls short' })
    }
  })
})
