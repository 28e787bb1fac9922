import { codeOf } from './disk-error.ts'

/** Faults that pass: they say nothing of what is on the disk. */
const PASSING: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EACCES', 'EPERM', 'EROFS', 'EAGAIN']

/** What `read` finds, or `undefined` where that is damaged or cannot be read. Rejects for a fault that passes. */
export async function unlessDamaged<T>(read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (PASSING.includes(codeOf(error))) throw error
    return undefined
  }
}
