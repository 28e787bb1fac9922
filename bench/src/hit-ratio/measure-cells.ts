import { type Answer, inFreshProcess } from '../contest/fresh-process.ts'
import { inParallel } from '../contest/in-parallel.ts'
import type { Progress } from '../progress.ts'
import { CONTESTANTS, type ContestantId } from './caches.ts'
import type { Cell } from './cell.ts'
import { MADE_TRACES } from './made-traces.ts'
import type { TraceSource } from './recipe.ts'
import type { Job, Sample } from './run-workload.ts'
import type { TraceFolder } from './trace-folder.ts'
import { quickTrials, type Trial, type TrialKind, trialsWith } from './trial.ts'

/** A trace as it was replayed. */
export interface TraceFacts {
  readonly name: string
  readonly requests: number
  readonly unique: number
}

/** A cell of a trial. */
export interface TrialCell extends Cell {
  readonly kind: TrialKind
  readonly says: string
}

/** What a run found. */
export interface Found {
  readonly traces: readonly TraceFacts[]
  readonly cells: readonly Cell[]
  readonly trials: readonly TrialCell[]
  /** One line for each workload that failed. */
  readonly faults: readonly string[]
}

/** What is to be run. */
export interface HitRatioPlan {
  /** Without it the traces are made. */
  readonly folder: TraceFolder | undefined
  readonly quick: boolean
}

const ENTRY = new URL('run-workload.ts', import.meta.url)
/** No time is measured, so both cores may be used. */
const PARALLEL = 2
/** Many times what the longest trace takes. */
const LIMIT_MS = 600_000
/** Of all files together in a quick run. */
const QUICK_BYTES = 200_000
const IN_TRIALS: readonly ContestantId[] = ['tinylfu', 'lru-cache']

/** Replays all traces and trials of a plan. */
export async function measureCells(plan: HitRatioPlan, progress: Progress, signal: AbortSignal): Promise<Found> {
  const sources = sourcesOf(plan)
  const trials = plan.quick ? quickTrials() : trialsWith(plan.folder?.files ?? [])
  const measure = measurer(progress, signal)
  progress.part('traces', sources.length)
  const ofTraces = await measure(sources.map((source) => traceJob(source, plan.folder)))
  progress.part('trials', trials.length)
  const ofTrials = await measure(trials.map(({ recipe }) => ({ recipe, contestants: IN_TRIALS })))
  return {
    traces: each(sources, ofTraces, ({ name }, { requests, unique }) => [{ name, requests, unique }]),
    cells: each(sources, ofTraces, cellsOf),
    trials: each(trials, ofTrials, trialCells),
    faults: [...faultsOf(sources, ofTraces), ...faultsOf(trials, ofTrials)],
  }
}

function sourcesOf({ folder, quick }: HitRatioPlan): readonly TraceSource[] {
  if (folder === undefined) return MADE_TRACES.map((name) => ({ name }))
  if (!quick) return folder.files.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  let bytes = 0
  return folder.files.filter((file, index) => (bytes += file.bytes) <= QUICK_BYTES || index === 0)
}

function traceJob(source: TraceSource, folder: TraceFolder | undefined): Job {
  const anchors = folder?.anchors[source.name] ?? {}
  return { recipe: { kind: 'plain', source }, contestants: CONTESTANTS, anchors }
}

/** Answers in the order of the jobs. */
function measurer(progress: Progress, signal: AbortSignal): (jobs: readonly Job[]) => Promise<Answer<Sample>[]> {
  return async (jobs) => {
    const answers: Answer<Sample>[] = []
    await inParallel([...jobs.entries()], PARALLEL, async ([index, job]) => {
      answers[index] = await inFreshProcess<Sample>({ entry: ENTRY, job, limitMs: LIMIT_MS }, signal)
      progress.step()
    })
    return answers
  }
}

function each<A, B>(asked: readonly A[], answers: readonly Answer<Sample>[], read: (a: A, sample: Sample) => B[]): B[] {
  return asked.flatMap((one, index) => {
    const answer = answers[index] as Answer<Sample>
    return 'sample' in answer ? read(one, answer.sample) : []
  })
}

function cellsOf({ name }: { readonly name: string }, { cells }: Sample): Cell[] {
  return cells.map((cell) => ({ trace: name, ...cell }))
}

function trialCells(trial: Trial, sample: Sample): TrialCell[] {
  return cellsOf(trial, sample).map((cell) => ({ ...cell, kind: trial.recipe.kind, says: trial.says }))
}

function faultsOf(asked: readonly { readonly name: string }[], answers: readonly Answer<Sample>[]): string[] {
  return asked.flatMap(({ name }, index) => {
    const answer = answers[index] as Answer<Sample>
    return 'fault' in answer ? [`${name}: ${answer.fault}`] : []
  })
}
