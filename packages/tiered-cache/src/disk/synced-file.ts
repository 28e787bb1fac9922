import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf } from './disk-error.ts'
import { makeInPlace, moveOver } from './owner-path.ts'

/** Windows opens no directories, and some file systems sync none. */
const UNSUPPORTED = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP']

/**
 * Puts a file, 0600, into the place of whatever lies at its path: whole or not at all, by way of `temporary`, a path beside it that
 * only we use. Lasts over a loss of power when it resolves.
 */
export async function replaceSynced(file: string, temporary: string, text: string): Promise<void> {
  await makeInPlace(temporary, () => writeSynced(temporary, 'wx', text))
  await moveOver(temporary, file)
  await syncDirectory(dirname(file))
}

/** Writes text into a file from its beginning. It has reached the disk when it resolves; cut off in between, the file is damaged. */
export async function writeSynced(file: string, flags: 'wx' | number, text: string): Promise<void> {
  const handle = await open(file, flags, 0o600)
  try {
    await handle.writeFile(text)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

/** Makes the coming and going of files in a directory last over a loss of power, where the system can. */
export async function syncDirectory(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!UNSUPPORTED.includes(codeOf(error))) throw error
  }
}
