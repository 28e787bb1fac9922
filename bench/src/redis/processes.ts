import type { Cost } from '../contest/cost.ts'
import { type Answer, inFreshProcess } from '../contest/fresh-process.ts'
import type { Job } from './run-case.ts'
import { URL_VARIABLE } from './url-variable.ts'

const ENTRY = new URL('run-case.ts', import.meta.url)
/** Many times what the slowest contestant takes. */
const LIMIT_MS = 60_000

/** Measures one contestant in one case on the server of `url`, in a process of its own. */
export function measureJob(job: Job, url: string, signal: AbortSignal): Promise<Answer<Cost>> {
  const env = { ...process.env, [URL_VARIABLE]: url }
  return inFreshProcess({ entry: ENTRY, job, limitMs: LIMIT_MS, env }, signal)
}
