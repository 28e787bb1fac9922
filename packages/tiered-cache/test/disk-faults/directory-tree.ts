import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A file somewhere below a directory. */
export interface TreeFile {
  readonly path: string
  readonly bytes: number
}

/** All files below, without links; what goes away meanwhile is not among them. */
export function filesBelow(directory: string): TreeFile[] {
  return entriesOf(directory).flatMap((entry) => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? filesBelow(path) : fileAt(path)
  })
}

/** What all of them have together. */
export function bytesBelow(directory: string): number {
  return filesBelow(directory).reduce((sum, { bytes }) => sum + bytes, 0)
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
}

function fileAt(path: string): TreeFile[] {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats?.isFile() !== true ? [] : [{ path, bytes: stats.size }]
}
