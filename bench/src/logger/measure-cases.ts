import type { Answer } from '../contest/fresh-process.ts'
import { type Measured, measureInRounds, type Part, partsOf, type Rounds } from '../contest/rounds.ts'
import type { Progress } from '../progress.ts'
import { type Case, type CaseId, CASES } from './cases.ts'
import { type Cell, cellOf } from './cell.ts'
import { CONTESTANTS, type ContestantId } from './contestants.ts'
import { type LoggerJob, measureJob } from './processes.ts'
import type { Sample, SamplePlan } from './sample.ts'

/** How much to measure. */
export interface LoggerPlan extends SamplePlan, Rounds {
  /** Of the lines, what the contestants write that take many times as long. */
  readonly slowShare: number
  readonly cases: readonly CaseId[]
}

/** Where the run writes, and what it imports of ours. */
export interface Surroundings {
  readonly folder: string
  /** URL of the built package. */
  readonly oursUrl: string
}

/** Measures every contestant in every case it takes part in. */
export function measureCases(
  plan: LoggerPlan,
  { folder, oursUrl }: Surroundings,
  progress: Progress,
  signal: AbortSignal,
): Promise<Measured<Cell>> {
  const measure = (job: LoggerJob): Promise<Answer<Sample>> => measureJob(job, folder, signal)
  return measureInRounds({ parts: partsFor(plan, oursUrl), measure, cellOf }, plan, progress, signal)
}

function partsFor(plan: LoggerPlan, oursUrl: string): Part<CaseId, ContestantId, LoggerJob>[] {
  const specifiers = { ...SPECIFIERS, ours: oursUrl }
  const cases = CASES.filter(({ id }) => plan.cases.includes(id))
  return partsOf(cases, CONTESTANTS, (one, contestant) => ({
    case: one,
    contestant,
    plan: planOf(plan, one, contestant),
    specifier: specifiers[contestant] ?? '',
  }))
}

const SPECIFIERS: Partial<Record<ContestantId, string>> = {
  nothing: 'data:text/javascript,export {}',
  pino: 'pino',
  winston: 'winston',
  logtape: '@logtape/logtape',
  tslog: 'tslog',
  bunyan: 'bunyan',
}

/** Contestants that pass so many microseconds for a line that all of the lines would take minutes, or overrun a worker. */
const SLOW_AT_BOTH: ReadonlySet<ContestantId> = new Set(['pino-roll', 'pino-transport', 'tslog'])

function planOf({ warmUpLines, lines, calls, slowShare }: LoggerPlan, one: Case, contestant: ContestantId): SamplePlan {
  const isSlow = one.place === 'both' && SLOW_AT_BOTH.has(contestant)
  const share = isSlow ? slowShare : 1
  return { warmUpLines: roundedTo100(warmUpLines * share), lines: roundedTo100(lines * share), calls }
}

function roundedTo100(count: number): number {
  return Math.max(100, Math.round(count / 100) * 100)
}
