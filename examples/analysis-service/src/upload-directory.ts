import type { Dirent } from 'node:fs'
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getLogger } from '@org/json-logger'

const log = getLogger('service.uploads')

const NAME = /^analysis-service-(\d+)-\w{6}$/

/** Those of this process. In a container every start has the same pid: the name alone does not tell them from leftovers. */
const OURS = new Set<string>()

/**
 * A new directory for the uploads of this process, its pid in its name. Those of processes that were killed are removed
 * first: only what this user owns and no living process has. Who shares a temporary directory has to share its pids too.
 */
export async function openUploadDirectory(): Promise<string> {
  await removeLeftovers()
  const directory = await mkdtemp(join(tmpdir(), `analysis-service-${process.pid}-`))
  OURS.add(directory)
  return directory
}

/** Removes the directory, with all that is in it. */
export async function removeUploadDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true })
  OURS.delete(directory)
}

async function removeLeftovers(): Promise<void> {
  const found = await readdir(tmpdir(), { withFileTypes: true })
  for (const entry of found) {
    const path = join(tmpdir(), entry.name)
    try {
      if (!(await isLeftover(entry, path))) continue
      await rm(path, { recursive: true, force: true })
      log.info('uploads that a killed process had left were removed', { directory: entry.name })
    } catch (error) {
      // Gone meanwhile, or not ours to remove: no reason not to start.
      log.warn('uploads that a killed process had left stay', { directory: entry.name, error })
    }
  }
}

async function isLeftover(entry: Dirent, path: string): Promise<boolean> {
  const pid = NAME.exec(entry.name)?.[1]
  // A link to a directory is none.
  if (pid === undefined || !entry.isDirectory() || OURS.has(path)) return false
  if (Number(pid) !== process.pid && isAlive(Number(pid))) return false
  return (await lstat(path)).uid === process.getuid?.()
}

/** Only what the system says for certain counts as dead. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as { code?: unknown }).code !== 'ESRCH'
  }
}
