import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Answer, inFreshProcess } from '../contest/fresh-process.ts'
import type { Job } from './run-case.ts'
import type { Sample } from './sample.ts'

const ENTRY = new URL('run-case.ts', import.meta.url)
/** Many times what the slowest contestant takes. */
const LIMIT_MS = 180_000

/** Measures one contestant in one case, in a process and a directory below `folder` of its own. */
export async function measureJob(
  job: Omit<Job, 'directory'>,
  folder: string,
  signal: AbortSignal,
): Promise<Answer<Sample>> {
  const own = mkdtempSync(join(folder, 'store-'))
  const directory = join(own, 'store')
  mkdirSync(directory)
  const execArgv = ['--expose-gc', '--disable-warning=ExperimentalWarning']
  try {
    return await inFreshProcess({ entry: ENTRY, job: { ...job, directory }, limitMs: LIMIT_MS, execArgv }, signal)
  } finally {
    rmSync(own, { recursive: true, force: true })
  }
}
