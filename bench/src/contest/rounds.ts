import type { Progress } from '../progress.ts'
import type { Answer } from './fresh-process.ts'
import { inParallel } from './in-parallel.ts'
import { type ContestCase, labelOf, type Labels } from './labels.ts'

/** How often to measure. */
export interface Rounds {
  /** Fresh processes for each contestant in each case. */
  readonly processes: number
  /** Processes that run at the same time: more than one is quick, and disturbs. */
  readonly parallel: number
}

/** One contestant in one case. */
export interface Part<CaseId, ContestantId, Job> {
  readonly case: CaseId
  readonly contestant: ContestantId
  /** Case and contestant in words, for a fault. */
  readonly label: string
  readonly job: Job
}

/** Every contestant in every case that it takes part in. */
export function partsOf<Case extends ContestCase, Job>(
  cases: readonly Case[],
  labels: Labels,
  jobOf: (one: Case, contestant: Case['contestants'][number]) => Job,
): Part<Case['id'], Case['contestants'][number], Job>[] {
  return cases.flatMap((one) =>
    one.contestants.map((contestant) => ({
      case: one.id,
      contestant,
      label: `${one.id}, ${labelOf(labels, contestant)}`,
      job: jobOf(one, contestant),
    })),
  )
}

/** How one kind of contest measures. */
export interface Contest<CaseId, ContestantId, Job, Sample, Cell> {
  readonly parts: readonly Part<CaseId, ContestantId, Job>[]
  /** Measures a job in a process of its own. */
  readonly measure: (job: Job, signal: AbortSignal) => Promise<Answer<Sample>>
  /** Makes one of the samples of all processes, of which there is one at least. */
  readonly cellOf: (caseId: CaseId, contestant: ContestantId, samples: readonly Sample[]) => Cell
}

/** What was measured, and what could not be. */
export interface Measured<Cell> {
  readonly cells: readonly Cell[]
  /** One line for each contestant and case that failed. */
  readonly faults: readonly string[]
}

/**
 * Measures in rounds of one process for each part: what slows the machine for a while hits every contestant and shows in
 * the spread. Odd rounds go backwards, so that nobody always follows the same neighbour.
 */
export async function measureInRounds<CaseId, ContestantId, Job, Sample, Cell>(
  { parts, measure, cellOf }: Contest<CaseId, ContestantId, Job, Sample, Cell>,
  rounds: Rounds,
  progress: Progress,
  signal: AbortSignal,
): Promise<Measured<Cell>> {
  const found = parts.map((part) => ({ part, samples: [] as Sample[], faults: [] as string[] }))
  for (let round = 0; round < rounds.processes; round++) {
    progress.part(`process ${round + 1} of ${rounds.processes}`, parts.length)
    const queue = round % 2 === 0 ? found : found.toReversed()
    await inParallel(queue, rounds.parallel, async ({ part, samples, faults }) => {
      const answer = await measure(part.job, signal)
      if ('sample' in answer) samples.push(answer.sample)
      else faults.push(answer.fault)
      progress.step()
    })
  }
  return {
    cells: found.flatMap(({ part, samples }) =>
      samples.length === 0 ? [] : [cellOf(part.case, part.contestant, samples)],
    ),
    faults: found.flatMap(({ part, faults }) => faults.slice(-1).map((fault) => `${part.label}: ${fault}`)),
  }
}
