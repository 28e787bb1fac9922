import { join } from 'node:path'
import { filesBelow } from './import-graph.ts'

/** The root of the repository. */
export const ROOT: string = join(import.meta.dirname, '..')

const TEST_FILE = /\.(test|spec)\.[cm]?[jt]sx?$/

/** Every file of the repository that is named as a test, wherever it lies: none may be left out by its place. */
export function testFilesOnDisk(): readonly string[] {
  return filesBelow(ROOT, '.', TEST_FILE)
}

/** One sentence for each file that is in one list alone; none where both are equal. */
export function differences(onDisk: readonly string[], ran: readonly string[]): readonly string[] {
  const missing = onDisk.filter((file) => !ran.includes(file)).map((file) => `${file} is on disk and did not run`)
  const unknown = ran.filter((file) => !onDisk.includes(file)).map((file) => `${file} ran and is not on disk`)
  return [...missing, ...unknown]
}
