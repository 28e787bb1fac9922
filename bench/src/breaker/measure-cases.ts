import type { Progress } from '../progress.ts'
import { CASES, type CaseId } from './cases.ts'
import { type Cell, cellOf } from './cell.ts'
import { CONTESTANTS, type ContestantId } from './contestants.ts'
import { inFreshProcess } from './processes.ts'
import type { Job } from './run-case.ts'
import type { Sample, SamplePlan } from './sample.ts'

/** How much to measure. */
export interface BreakerPlan extends SamplePlan {
  /** Fresh processes for each contestant in each case. */
  readonly processes: number
  /** Processes that run at the same time: more than one is quick, and disturbs. */
  readonly parallel: number
}

/** What was measured, and what could not be. */
export interface Measured {
  readonly cells: readonly Cell[]
  /** One line for each contestant and case that failed. */
  readonly faults: readonly string[]
}

interface Recording {
  readonly caseId: CaseId
  readonly job: Job
  readonly samples: Sample[]
  fault?: string
}

/**
 * Measures all cases in rounds of one process for each contestant: what slows the machine for a while hits every contestant
 * and shows in the spread. Odd rounds go backwards, so that nobody always follows the same neighbour.
 */
export async function measureCases(plan: BreakerPlan, progress: Progress, signal: AbortSignal): Promise<Measured> {
  const recordings = recordingsOf(plan)
  for (let round = 0; round < plan.processes; round++) {
    progress.part(`process ${round + 1} of ${plan.processes}`, recordings.length)
    const queue = (round % 2 === 0 ? recordings : recordings.toReversed()).values()
    await Promise.all(Array.from({ length: plan.parallel }, () => work(queue, progress, signal)))
  }
  return {
    cells: recordings.flatMap(({ caseId, job, samples }) =>
      samples.length === 0 ? [] : cellOf(caseId, job.contestant, samples),
    ),
    faults: recordings.flatMap(faultLine),
  }
}

function recordingsOf(plan: SamplePlan): Recording[] {
  return CASES.flatMap((one) =>
    one.contestants.map((contestant: ContestantId): Recording => {
      return { caseId: one.id, job: { case: one, contestant, plan }, samples: [] }
    }),
  )
}

/** Takes one recording after another; several workers share a queue. */
async function work(queue: Iterator<Recording>, progress: Progress, signal: AbortSignal): Promise<void> {
  for (let next = queue.next(); !next.done; next = queue.next()) {
    const recording = next.value
    const answer = await inFreshProcess(recording.job, signal)
    if ('sample' in answer) recording.samples.push(answer.sample)
    else recording.fault = answer.fault
    progress.step()
  }
}

function faultLine({ caseId, job, fault }: Recording): string[] {
  return fault === undefined ? [] : [`${caseId}, ${CONTESTANTS[job.contestant].label}: ${fault}`]
}
