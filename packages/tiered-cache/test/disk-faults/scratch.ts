import { accessSync, constants } from 'node:fs'
import { tmpdir } from 'node:os'

const MEMORY = '/dev/shm'

/** Where files lie that are only looked at: in memory where there is such a folder, since nothing here is about the disk itself. */
export function scratchFolder(): string {
  try {
    accessSync(MEMORY, constants.W_OK)
    return MEMORY
  } catch {
    return tmpdir()
  }
}
