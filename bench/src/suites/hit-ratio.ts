import { judgeGoals } from '../contest/goal.ts'
import { GOALS } from '../hit-ratio/goals.ts'
import { type Found, type HitRatioPlan, measureCells } from '../hit-ratio/measure-cells.ts'
import { NOTES } from '../hit-ratio/notes.ts'
import { hitRatioPage } from '../hit-ratio/page.ts'
import type { HitRatioResults } from '../hit-ratio/results.ts'
import { hitRatioText } from '../hit-ratio/terminal.ts'
import { findTraceFolder } from '../hit-ratio/trace-folder.ts'
import { describeMachine, type Machine } from '../machine.ts'
import { withProgress } from '../progress.ts'
import { headOf } from '../run-results.ts'
import type { Suite } from './suite.ts'

/** Traces and trials. */
const PARTS = 2

/** The memory tier beside the optimum, Caffeine and lru-cache on recorded traces, and the goals for its hit ratio judged. */
export const hitRatioSuite: Suite = {
  name: 'hit-ratio',
  about: 'hit ratio of the memory tier on the traces of ../shared/traces, or of the folder BENCH_TRACES',
  options: [],
  file: 'hit-ratio-latest',
  async run(options, signal) {
    const plan = { folder: findTraceFolder(), quick: options.quick }
    const machine = describeMachine()
    const startedAt = new Date()
    const found = await withProgress(PARTS, (progress) => measureCells(plan, progress, signal))
    const results = resultsOf({ plan, machine, startedAt, found })
    return {
      results,
      text: hitRatioText(results),
      page: hitRatioPage(results),
      isIncomplete: found.faults.length > 0,
    }
  },
}

interface Run {
  readonly plan: HitRatioPlan
  readonly machine: Machine
  readonly startedAt: Date
  readonly found: Found
}

function resultsOf({ plan, machine, startedAt, found }: Run): HitRatioResults {
  return {
    ...headOf('hit-ratio', startedAt, plan.quick),
    machine,
    recorded: plan.folder !== undefined,
    ...found,
    goals: judgeGoals(GOALS, found),
    warnings: [...found.faults.map((fault) => `not measured: ${fault}`), ...warningsOf(plan)],
    notes: NOTES,
  }
}

function warningsOf({ folder, quick }: HitRatioPlan): string[] {
  return [
    ...(folder === undefined
      ? [
          'no recorded traces: there is no folder shared/traces beside the repository and BENCH_TRACES names none; made traces stand in, of which Caffeine was not measured',
        ]
      : []),
    ...(quick ? ['a quick run: the smallest traces and a few trials'] : []),
  ]
}
