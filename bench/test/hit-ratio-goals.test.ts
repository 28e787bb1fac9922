import { describe, expect, it } from 'vitest'
import { judgeGoals } from '../src/contest/goal.ts'
import type { Cell } from '../src/hit-ratio/cell.ts'
import { compare, meanOfOptimum, meanRatio } from '../src/hit-ratio/comparison.ts'
import { GOALS } from '../src/hit-ratio/goals.ts'
import type { TrialCell } from '../src/hit-ratio/measure-cells.ts'
import { madeUpFound, ratioCell, trialCell } from './made-up-hit-ratio.ts'

const CELLS = [
  ratioCell('a', 16, { optimum: 0.5, caffeine: 0.4, tinylfu: 0.45 }),
  ratioCell('a', 64, { optimum: 0.8, caffeine: 0.7, tinylfu: 0.66 }),
  ratioCell('b', 16, { optimum: 1, caffeine: 0.5, tinylfu: 0.504 }),
  ratioCell('unknown', 16, { optimum: 0.5, tinylfu: 0.4 }),
]

describe('compare', () => {
  it('counts cells won and lost by more than half a point, and finds the worst', () => {
    const found = compare(CELLS, 'tinylfu', 'caffeine')
    expect(found).toMatchObject({ cells: 3, won: 1, lost: 1 })
    expect(found.worst?.cell).toBe(CELLS[1])
    expect(found.worst?.by).toBeCloseTo(-0.04, 9)
  })

  it('is empty where nothing was measured', () => {
    expect(compare(CELLS, 'tinylfu', 'lru-cache')).toEqual({ cells: 0, won: 0, lost: 0, worst: undefined })
  })
})

describe('meanOfOptimum', () => {
  it('is the mean of the quotients', () => {
    expect(meanOfOptimum(CELLS, 'tinylfu')).toBeCloseTo((0.9 + 0.825 + 0.504 + 0.8) / 4, 9)
    expect(meanOfOptimum(CELLS, 'caffeine')).toBeCloseTo((0.8 + 0.875 + 0.5) / 3, 9)
  })

  it('leaves out cells in which nothing can be hit', () => {
    const nothing = ratioCell('c', 16, { optimum: 0, tinylfu: 0 })
    expect(meanOfOptimum([...CELLS, nothing], 'tinylfu')).toBe(meanOfOptimum(CELLS, 'tinylfu'))
    expect(meanOfOptimum([nothing], 'tinylfu')).toBeNaN()
  })
})

describe('meanRatio', () => {
  it('is the mean where it was measured', () => {
    expect(meanRatio(CELLS, 'caffeine')).toBeCloseTo(1.6 / 3, 9)
    expect(meanRatio(CELLS, 'sieve')).toBeNaN()
  })
})

describe('the goals for the hit ratio', () => {
  it('are met at their limits', () => {
    const cells = [...times(55, 0.006), ...times(79, 0), ...times(1, -0.039)]
    expect(verdicts(cells)).toMatchObject({ optimum: 'met', 'caffeine-worst': 'met', 'caffeine-won': 'met' })
  })

  it('fall short beyond them', () => {
    const cells = [...times(54, 0.006), ...times(80, 0), ...times(1, -0.041)]
    expect(verdicts(cells)).toMatchObject({ 'caffeine-worst': 'falls short', 'caffeine-won': 'falls short' })
    expect(verdicts([ratioCell('a', 16, { optimum: 1, tinylfu: 0.839 })])).toMatchObject({ optimum: 'falls short' })
  })

  it('are not measured against Caffeine where it was not', () => {
    expect(verdicts([ratioCell('a', 16, { optimum: 1, tinylfu: 0.9 })])).toMatchObject({
      optimum: 'met',
      'caffeine-worst': 'not measured',
      'caffeine-won': 'not measured',
    })
  })

  it.each(['weights', 'lives', 'adversary'] as const)('allow %s two points below lru-cache and no more', (kind) => {
    const verdict = (cells: readonly TrialCell[]): string | undefined => verdicts([], cells)[`lru-cache-${kind}`]
    expect(verdict([trialCell(kind, 0.481, 0.5), trialCell(kind, 0.9, 0.1)])).toBe('met')
    expect(verdict([trialCell(kind, 0.479, 0.5), trialCell(kind, 0.9, 0.1)])).toBe('falls short')
    expect(verdict([])).toBe('not measured')
  })
})

function times(count: number, above: number): Cell[] {
  return Array.from({ length: count }, () => ratioCell('a', 16, { optimum: 0.9, caffeine: 0.8, tinylfu: 0.8 + above }))
}

function verdicts(cells: readonly Cell[], trials: readonly TrialCell[] = []): Record<string, string> {
  return Object.fromEntries(judgeGoals(GOALS, madeUpFound(cells, trials)).map(({ id, verdict }) => [id, verdict]))
}
