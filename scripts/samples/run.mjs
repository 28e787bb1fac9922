import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mustRun } from '../command.mjs'
import { fileNameOf } from './extract.mjs'

const DEADLINE_MS = 30_000

/** Type-checks all samples of the folder at once. */
export function typecheckSamples(root, folder) {
  return mustRun(join(root, 'node_modules/.bin/tsc'), ['-p', '.', '--pretty', 'false'], { cwd: folder })
}

/** Runs one sample as its reader would: in an empty directory of its own, until it ends by itself. */
export async function runSample(folder, sample, redisUrl) {
  const cwd = await mkdtemp(join(tmpdir(), 'sample-'))
  try {
    await mustRun(process.execPath, ['--conditions=@org/source', join(folder, fileNameOf(sample))], {
      cwd,
      env: { ...process.env, REDIS_URL: redisUrl },
      timeoutMs: DEADLINE_MS,
    })
  } finally {
    await rm(cwd, { recursive: true, force: true })
  }
}
