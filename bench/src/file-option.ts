import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, sep } from 'node:path'
import { UsageError } from './usage-error.ts'

/**
 * The path in an option that names a file.
 * @throws UsageError where it is empty or its folder does not exist.
 */
export function namedFile(option: string, path: string | undefined): string | undefined {
  if (path === '') throw new UsageError(`${option} must name a file`)
  if (path !== undefined && !isFolder(dirname(path))) throw new UsageError(`${option} ${path}: no such folder`)
  return path
}

/**
 * The path in an option that names a file to write. Only looked at: nothing is made before there is something to write.
 * @throws UsageError where it is empty, is a folder, or cannot be written.
 */
export function writableFile(option: string, path: string | undefined): string | undefined {
  if (namedFile(option, path) === undefined || path === undefined) return undefined
  if (isFolder(path) || path.endsWith('/') || path.endsWith(sep)) {
    throw new UsageError(`${option} must name a file, got the folder ${path}`)
  }
  // A file that is not there yet is made in its folder.
  const touched = existsSync(path) ? path : dirname(path)
  try {
    accessSync(touched, constants.W_OK)
  } catch (error) {
    throw new UsageError(`${option} ${path}: cannot be written (${(error as Error).message})`)
  }
  return path
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
