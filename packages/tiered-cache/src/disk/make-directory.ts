import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a directory and those above it where they are missing, 0700; one that is there is left as it is. Rejects with the error of
 * the disk. In place of the `recursive` of Node, which never ends where a file system says ENOENT and has the parent, as /proc does.
 */
export async function makeDirectory(path: string): Promise<void> {
  const failed = await made(path)
  if (failed === undefined) return
  const parent = dirname(path)
  if (failed.code !== 'ENOENT' || parent === path) throw failed
  await makeDirectory(parent)
  const again = await made(path)
  if (again !== undefined) throw again
}

async function made(path: string): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await mkdir(path, { mode: 0o700 })
    return undefined
  } catch (error) {
    const failed = error as NodeJS.ErrnoException
    // A drive's root is refused as EPERM or EISDIR where it is there.
    const isThere = failed.code !== 'ENOENT' && (await isDirectory(path))
    return isThere ? undefined : failed
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
