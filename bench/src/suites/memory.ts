import type { BenchOptions } from '../arguments.ts'
import { judgeGoals } from '../contest/goal.ts'
import type { Measured } from '../contest/rounds.ts'
import { spreadings } from '../contest/spreadings.ts'
import { describeMachine, type Machine, machineWarnings } from '../machine.ts'
import { CASES } from '../memory/cases.ts'
import { type Cell, Findings } from '../memory/cell.ts'
import { CONTESTANTS } from '../memory/contestants.ts'
import { GOALS } from '../memory/goals.ts'
import { measureCases, type MemoryPlan } from '../memory/measure-cases.ts'
import { NOTES } from '../memory/notes.ts'
import type { MemoryResults } from '../memory/results.ts'
import { memoryText } from '../memory/terminal.ts'
import { startProgress } from '../progress.ts'
import { spreadWarnings } from './spread-warnings.ts'
import type { Suite } from './suite.ts'

const PLANS: Readonly<Record<'full' | 'quick', MemoryPlan>> = {
  full: { cases: CASES.map(({ id }) => id), processes: 3, parallel: 1, warmUpMs: 100, measureMs: 200, share: 1 },
  quick: {
    cases: ['hit-10k', 'evict-10k', 'replay-10k', 'growth-10k', 'get-sync', 'get-awaited'],
    processes: 1,
    parallel: 2,
    warmUpMs: 80,
    measureMs: 60,
    share: 1 / 4,
  },
}

/** The memory tier beside other stores and a bare Map, and the goals for its speed judged. */
export const memorySuite: Suite = {
  name: 'memory',
  about: 'the memory tier of @org/tiered-cache beside other stores and a bare Map, and its goals judged',
  options: [],
  file: 'memory-latest',
  async run(options, signal) {
    const machine = describeMachine()
    const startedAt = new Date()
    const plan = options.quick ? PLANS.quick : PLANS.full
    const measured = await measureAll(plan, signal)
    const results = resultsOf({ options, plan, machine, startedAt, measured })
    return { results, text: memoryText(results), isIncomplete: measured.faults.length > 0 }
  },
}

interface Run {
  readonly options: BenchOptions
  readonly plan: MemoryPlan
  readonly machine: Machine
  readonly startedAt: Date
  readonly measured: Measured<Cell>
}

async function measureAll(plan: MemoryPlan, signal: AbortSignal): Promise<Measured<Cell>> {
  const progress = startProgress(plan.processes)
  try {
    return await measureCases(plan, progress, signal)
  } finally {
    progress.end()
  }
}

function resultsOf(run: Run): MemoryResults {
  const { options, plan, machine, startedAt, measured } = run
  return {
    format: 1,
    suite: 'memory',
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
    ...(options.quick ? QUICK_WARNINGS : []),
    ...machineWarnings(machine),
    ...spreadWarnings(spreadings(measured.cells, CASES, CONTESTANTS)),
  ]
}

const QUICK_WARNINGS: readonly string[] = [
  'a quick run: one short process for each line, two at a time, so single numbers say little',
  'a quick run leaves out 500 and 1,000,000 entries, misses, overwrites, bytes and pauses',
]
