import type { BenchOptions } from '../arguments.ts'
import { CASES } from '../breaker/cases.ts'
import { type Cell, Findings } from '../breaker/cell.ts'
import { CONTESTANTS } from '../breaker/contestants.ts'
import { GOALS } from '../breaker/goals.ts'
import { type BreakerPlan, measureCases } from '../breaker/measure-cases.ts'
import { NOTES } from '../breaker/notes.ts'
import type { BreakerResults } from '../breaker/results.ts'
import { breakerText } from '../breaker/terminal.ts'
import { judgeGoals } from '../contest/goal.ts'
import type { Measured } from '../contest/rounds.ts'
import { spreadings } from '../contest/spreadings.ts'
import { describeMachine, type Machine, machineWarnings } from '../machine.ts'
import { startProgress } from '../progress.ts'
import { spreadWarnings } from './spread-warnings.ts'
import type { Suite } from './suite.ts'

const PLANS: Readonly<Record<'full' | 'quick', BreakerPlan>> = {
  full: { processes: 5, parallel: 1, warmUpMs: 150, measureMs: 200, idleMs: 1000 },
  quick: { processes: 1, parallel: 2, warmUpMs: 40, measureMs: 30, idleMs: 100 },
}

/** @org/breaker beside other libraries and a hand-written floor, and the goals for its speed judged. */
export const breakerSuite: Suite = {
  name: 'breaker',
  about: '@org/breaker beside other libraries and a hand-written floor, and its goals judged',
  options: [],
  file: 'breaker-latest',
  async run(options, signal) {
    const machine = describeMachine()
    const startedAt = new Date()
    const plan = options.quick ? PLANS.quick : PLANS.full
    const measured = await measureAll(plan, signal)
    const results = resultsOf({ options, plan, machine, startedAt, measured })
    return { results, text: breakerText(results), isIncomplete: measured.faults.length > 0 }
  },
}

interface Run {
  readonly options: BenchOptions
  readonly plan: BreakerPlan
  readonly machine: Machine
  readonly startedAt: Date
  readonly measured: Measured<Cell>
}

async function measureAll(plan: BreakerPlan, signal: AbortSignal): Promise<Measured<Cell>> {
  const progress = startProgress(plan.processes)
  try {
    return await measureCases(plan, progress, signal)
  } finally {
    progress.end()
  }
}

function resultsOf(run: Run): BreakerResults {
  const { options, plan, machine, startedAt, measured } = run
  return {
    format: 1,
    suite: 'breaker',
    startedAt: startedAt.toISOString(),
    tookMs: Date.now() - startedAt.getTime(),
    quick: options.quick,
    processes: plan.processes,
    machine,
    cells: measured.cells,
    goals: judgeGoals(GOALS, new Findings(measured.cells)),
    warnings: warningsOf(run),
    notes: NOTES,
  }
}

function warningsOf({ options, machine, measured }: Run): string[] {
  return [
    ...measured.faults.map((fault) => `not measured: ${fault}`),
    ...(options.quick
      ? ['a quick run: one short process for each line, two at a time, so single numbers say little']
      : []),
    ...machineWarnings(machine),
    ...spreadWarnings(spreadings(measured.cells, CASES, CONTESTANTS)),
  ]
}
