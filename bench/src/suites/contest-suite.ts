import type { CostCell } from '../contest/findings.ts'
import { type Goal, judgeGoals } from '../contest/goal.ts'
import type { ContestCase, Labels } from '../contest/labels.ts'
import type { ContestResults } from '../contest/results.ts'
import type { Measured, Rounds } from '../contest/rounds.ts'
import { describeMachine, type Machine } from '../machine.ts'
import { type Progress, withProgress } from '../progress.ts'
import { headOf } from '../run-results.ts'
import { contestWarnings } from './contest-warnings.ts'
import type { Report, Suite } from './suite.ts'

/** A contest as its suite runs it, with what sets it apart from others; `Found` is what its goals are judged by. */
export interface JudgedContest<Name extends string, Plan extends Rounds, Cell, Found> {
  readonly name: Name
  /** One line for `--help`. */
  readonly about: string
  readonly plans: Readonly<Record<'full' | 'quick', Plan>>
  readonly measure: (plan: Plan, progress: Progress, signal: AbortSignal) => Promise<Measured<Cell>>
  readonly cases: readonly ContestCase[]
  readonly labels: Labels
  readonly findings: (cells: readonly Cell[]) => Found
  readonly goals: readonly Goal<Found>[]
  /** What a quick run warns of. */
  readonly quickWarnings: readonly string[]
  readonly notes: readonly string[]
  /** The report as text for stdout. */
  readonly text: (results: ContestResults<Name, Cell>) => string
  /** The same as a web page, where there is one. */
  readonly page?: (results: ContestResults<Name, Cell>) => string
}

/** The suite that runs a contest: measures by its plan, judges its goals, words the outcome. */
export function contestSuite<Name extends string, Plan extends Rounds, Cell extends CostCell<string, string>, Found>(
  contest: JudgedContest<Name, Plan, Cell, Found>,
): Suite {
  const { name, about } = contest
  return {
    name,
    about,
    options: [],
    file: `${name}-latest`,
    run: ({ quick }, signal) => runContest(contest, { quick, signal }),
  }
}

/** How a contest is to be run. */
export interface AskedRun {
  readonly quick: boolean
  readonly signal: AbortSignal
  /** Name and version of the Redis that is measured; without one there is none. */
  readonly redis?: string
}

/** Runs a contest once. */
export async function runContest<
  Name extends string,
  Plan extends Rounds,
  Cell extends CostCell<string, string>,
  Found,
>(
  contest: JudgedContest<Name, Plan, Cell, Found>,
  { quick, signal, redis }: AskedRun,
): Promise<Report & { readonly results: ContestResults<Name, Cell> }> {
  const { plans, measure, text, page } = contest
  const machine = describeMachine(undefined, redis)
  const startedAt = new Date()
  const plan = quick ? plans.quick : plans.full
  const measured = await withProgress(plan.processes, (progress) => measure(plan, progress, signal))
  const results = resultsOf(contest, { quick, processes: plan.processes, machine, startedAt, measured })
  const told = { results, text: text(results), isIncomplete: measured.faults.length > 0 }
  return page === undefined ? told : { ...told, page: page(results) }
}

interface Run<Cell> {
  readonly quick: boolean
  readonly processes: number
  readonly machine: Machine
  readonly startedAt: Date
  readonly measured: Measured<Cell>
}

function resultsOf<Name extends string, Cell extends CostCell<string, string>, Found>(
  contest: Omit<JudgedContest<Name, Rounds, Cell, Found>, 'measure'>,
  { quick, processes, machine, startedAt, measured }: Run<Cell>,
): ContestResults<Name, Cell> {
  const { name, cases, labels, findings, goals, quickWarnings, notes } = contest
  return {
    ...headOf(name, startedAt, quick),
    processes,
    machine,
    cells: measured.cells,
    goals: judgeGoals(goals, findings(measured.cells)),
    warnings: contestWarnings({ measured, own: quick ? quickWarnings : [], machine, cases, labels }),
    notes,
  }
}
