import { type Answer, inFreshProcess } from '../contest/fresh-process.ts'
import type { Job } from './run-case.ts'
import type { Sample } from './sample.ts'

const ENTRY = new URL('run-case.ts', import.meta.url)
/** Many times what the slowest contestant takes. */
const LIMIT_MS = 120_000

/** Measures one contestant in one case, in a process of its own. */
export function measureJob(job: Job, signal: AbortSignal): Promise<Answer<Sample>> {
  return inFreshProcess({ entry: ENTRY, job, limitMs: LIMIT_MS, execArgv: ['--expose-gc'] }, signal)
}
