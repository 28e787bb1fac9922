import { accessSync, type BigIntStats, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { codeOf } from './disk-error.ts'

/** Whether this process may write a file and make others beside it; also true where there is none. */
export function isWritable(file: string): boolean {
  return [file, dirname(file)].every((path) => mayWrite(path))
}

/**
 * What opens a database that cannot be written. SQLite reads one with a log as ever, as long as the log's index is there too. One
 * without a log it reads only where it is told that nobody writes: see {@link stateOf}.
 */
export function readOnlyUrl(file: string): URL {
  const url = pathToFileURL(file)
  if (!hasLog(file)) url.searchParams.set('immutable', '1')
  return url
}

/** Changes where somebody else, who may write, has changed what a connection to {@link readOnlyUrl} would not see. */
export function stateOf(file: string): string {
  const database = found(file)
  const log = hasLog(file) ? found(`${file}-wal`) : undefined
  return `${database?.dev}:${database?.ino}:${database?.size}:${database?.mtimeNs}:${log?.ino}`
}

/** An empty one is none. */
function hasLog(file: string): boolean {
  return (found(`${file}-wal`)?.size ?? 0n) > 0n
}

function found(path: string): BigIntStats | undefined {
  return statSync(path, { bigint: true, throwIfNoEntry: false })
}

/** Asks about the file, and does not open it: to close it again would drop SQLite's locks. */
function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch (error) {
    return !REFUSED.includes(codeOf(error))
  }
}

const REFUSED = ['EROFS', 'EACCES', 'EPERM']
