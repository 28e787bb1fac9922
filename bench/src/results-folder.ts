import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the results of runs go; git ignores it. */
export const RESULTS_FOLDER: string = fileURLToPath(new URL('../results/', import.meta.url))

/**
 * Runs `work` with a folder that is gone afterwards, however the process ends. It lies beside the results and not in the
 * folder for temporary files, since that is memory on many machines and would make the disk look fast.
 */
export async function withRunFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(RESULTS_FOLDER, { recursive: true })
  const folder = mkdtempSync(join(RESULTS_FOLDER, 'run-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    return await work(folder)
  } finally {
    remove()
    process.off('exit', remove)
  }
}
