import type { BenchOptions } from '../arguments.ts'
import { judgeGoals } from '../contest/goal.ts'
import type { Measured } from '../contest/rounds.ts'
import { CASES } from '../logger/cases.ts'
import { type Cell, Findings, type PackageFacts } from '../logger/cell.ts'
import { CONTESTANTS } from '../logger/contestants.ts'
import { GOALS } from '../logger/goals.ts'
import { DEATHS } from '../logger/losses/deaths.ts'
import { type Losses, type LossPlan, measureLosses } from '../logger/losses/losses.ts'
import { type LoggerPlan, measureCases } from '../logger/measure-cases.ts'
import { NOTES } from '../logger/notes.ts'
import { buildPackage } from '../logger/package-facts.ts'
import type { LoggerResults } from '../logger/results.ts'
import { loggerText } from '../logger/terminal.ts'
import { describeMachine, type Machine } from '../machine.ts'
import { type Progress, withProgress } from '../progress.ts'
import { RESULTS_FOLDER, withRunFolder } from '../results-folder.ts'
import { headOf } from '../run-results.ts'
import { contestWarnings } from './contest-warnings.ts'
import type { Suite } from './suite.ts'

interface Plan {
  readonly cases: LoggerPlan
  readonly losses: LossPlan
}

const PLANS: Readonly<Record<'full' | 'quick', Plan>> = {
  full: {
    cases: {
      cases: CASES.map(({ id }) => id),
      processes: 3,
      parallel: 1,
      warmUpLines: 20_000,
      lines: 60_000,
      calls: 1_000_000,
      slowShare: 0.3,
    },
    losses: { runs: 3, deaths: DEATHS.map(({ id }) => id), outages: 'all', floodMs: 3000 },
  },
  quick: {
    cases: {
      cases: ['file', 'rotated', 'both', 'durable', 'disabled', 'import'],
      processes: 1,
      parallel: 2,
      warmUpLines: 500,
      lines: 1000,
      calls: 50_000,
      slowShare: 0.5,
    },
    losses: { runs: 1, deaths: ['exit-turn', 'SIGKILL-turns'], outages: 'ours', floodMs: 1000 },
  },
}

/** @org/json-logger beside other loggers and a hand-written floor: its speed, what is lost, and its goals judged. */
export const loggerSuite: Suite = {
  name: 'logger',
  about: '@org/json-logger beside other loggers, the lines that each loses, and its goals judged',
  options: [],
  file: 'logger-latest',
  async run(options, signal) {
    const startedAt = new Date()
    const plan = options.quick ? PLANS.quick : PLANS.full
    const run = await withRunFolder((folder) => measureAll(plan, folder, signal))
    const results = resultsOf({ options, plan, startedAt, ...run })
    return { results, text: loggerText(results), isIncomplete: run.measured.faults.length > 0 }
  },
}

interface Found {
  readonly machine: Machine
  readonly facts: PackageFacts
  readonly measured: Measured<Cell>
  readonly losses: Losses
}

async function measureAll(plan: Plan, folder: string, signal: AbortSignal): Promise<Found> {
  const machine = describeMachine(RESULTS_FOLDER)
  return withProgress(plan.cases.processes + 2, async (progress) => ({
    machine,
    ...(await measureParts(plan, folder, progress, signal)),
  }))
}

async function measureParts(
  plan: Plan,
  folder: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<Omit<Found, 'machine'>> {
  const built = await buildPackage(folder)
  const measured = await measureCases(plan.cases, { folder, oursUrl: built.url }, progress, signal)
  const losses = await measureLosses(plan.losses, folder, progress, signal)
  const facts = { bundleBytes: built.bundleBytes, dependencies: built.dependencies }
  return { facts, measured, losses }
}

interface Run extends Found {
  readonly options: BenchOptions
  readonly plan: Plan
  readonly startedAt: Date
}

function resultsOf(run: Run): LoggerResults {
  const { options, plan, machine, startedAt, measured, facts, losses } = run
  return {
    ...headOf('logger', startedAt, options.quick),
    processes: plan.cases.processes,
    machine,
    cells: measured.cells,
    package: facts,
    losses,
    goals: judgeGoals(GOALS, new Findings(measured.cells, facts, losses.deaths)),
    warnings: contestWarnings({ measured, own: ownWarnings(run), machine, cases: CASES, labels: CONTESTANTS }),
    notes: NOTES,
  }
}

function ownWarnings({ options, losses }: Run): string[] {
  return [
    ...(options.quick ? QUICK_WARNINGS : []),
    ...(losses.pipes.length === 0 ? ['no named pipes here: the pipe that nobody reads was not measured'] : []),
    ...(losses.disks.length === 0 ? ['no small disk can be mounted here: the full disk was not measured'] : []),
  ]
}

const QUICK_WARNINGS: readonly string[] = [
  'a quick run: one short process for each line, two at a time and hardly warm, so single numbers say little',
  'a quick run leaves out the null device, calls below the level in other ways, most deaths, and the outages of the others',
]
