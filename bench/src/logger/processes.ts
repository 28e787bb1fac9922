import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, inFreshProcess } from '../contest/fresh-process.ts'
import { hasWholeText } from './contestants.ts'
import { ENVIRONMENT } from './environment.ts'
import { placeIn, withFolder } from './place.ts'
import { faultOfLines, faultOfSizes, faultOfText } from './proof.ts'
import type { Job } from './run-case.ts'
import type { Sample } from './sample.ts'
import type { Place } from './subject.ts'

const ENTRY = new URL('run-case.ts', import.meta.url)
/** Many times what the slowest contestant takes. */
const LIMIT_MS = 90_000

/** A job without its place: it gets a folder of its own. */
export type LoggerJob = Omit<Job, 'place'>

/** Measures one contestant in one case, in a process of its own, and looks whether its lines are there. */
export function measureJob(job: LoggerJob, runFolder: string, signal: AbortSignal): Promise<Answer<Sample>> {
  return withFolder(runFolder, async (folder) => {
    const text = join(folder, 'stdout.txt')
    const stdout = openSync(text, 'w')
    const place = placeIn(folder, job.case)
    const answer = await inFreshProcess<Sample>(
      { entry: ENTRY, job: { ...job, place }, limitMs: LIMIT_MS, env: ENVIRONMENT, stdout },
      signal,
    ).finally(() => closeSync(stdout))
    const fault = 'sample' in answer ? faultOf(job, folder, place, text) : undefined
    return fault === undefined ? answer : { fault }
  })
}

/** The null device keeps no proof: the same set-up proves itself with a file. */
function faultOf(job: LoggerJob, folder: string, place: Place, text: string): string | undefined {
  const { case: one, contestant, plan } = job
  if (one.isNull) return undefined
  const lines = plan.warmUpLines + plan.lines
  const fault = faultOfLines(folder, lines)
  if (fault !== undefined || place.kind === 'file') return fault
  const sizeFault = faultOfSizes(folder, place.maxFileBytes)
  if (sizeFault !== undefined || place.kind === 'rotated') return sizeFault
  return faultOfText(readFileSync(text, 'utf8'), lines, hasWholeText(contestant))
}
