// Started by processes.ts: measures one contestant in one case and tells its parent.
import { answerParent } from '../contest/child-answer.ts'
import { costOf } from '../contest/cost.ts'
import type { Case } from './cases.ts'
import { type ContestantId, openContestant } from './contestants.ts'
import { type Sample, sampleBare, sampleDisabled, sampleLines, type SamplePlan } from './sample.ts'
import type { Place, Subject } from './subject.ts'

/** What one process is asked for. */
export interface Job {
  readonly case: Case
  readonly contestant: ContestantId
  readonly plan: SamplePlan
  readonly place: Place
  /** What an import is of: a name, or the URL of a file. */
  readonly specifier: string
}

await answerParent(sample)

async function sample(job: Job): Promise<Sample> {
  if (job.case.kind === 'import') return sampleImport(job.specifier)
  const subject = await openContestant(job.contestant, job.place)
  return sampleSubject(subject, job)
}

async function sampleSubject(subject: Subject, { case: { kind }, plan }: Job): Promise<Sample> {
  if (kind === 'bare') return sampleBare(subject, plan)
  if (kind === 'disabled') return sampleDisabled(subject, subject.debug, plan)
  if (kind !== 'lazy') return sampleLines(subject, plan)
  if (subject.debugLazy === undefined) throw new Error('takes no fields as a function')
  return sampleDisabled(subject, subject.debugLazy, plan)
}

async function sampleImport(specifier: string): Promise<Sample> {
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  await import(specifier)
  return costOf(cpuBefore, performance.now() - begin, 1)
}
