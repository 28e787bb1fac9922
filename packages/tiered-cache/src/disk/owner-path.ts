import { lstat, rename, rm } from 'node:fs/promises'
import { codeOf } from './disk-error.ts'

/** What a file cannot be moved onto. */
const DIRECTORY_IN_THE_WAY = ['EISDIR', 'EEXIST', 'ENOTEMPTY', 'EPERM', 'EINVAL']

/** Whether there is a file of its own at a path: no link, which leads elsewhere, no directory, nothing that waits for a writer. */
export async function isPlainFile(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

/** Removes whatever lies at a path that only we use: a file, a link but not what it leads to, a directory with all that is in it. */
export async function removePath(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}

/** Makes a new file at a path that only we use: never through a link, and in the place of whatever lies there. */
export async function makeInPlace<T>(path: string, make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    await removePath(path)
    return make()
  }
}

/** Moves a file to a path that only we use, in the place of whatever lies there. */
export async function moveOver(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (!DIRECTORY_IN_THE_WAY.includes(codeOf(error))) throw error
    await removePath(to)
    await rename(from, to)
  }
}
