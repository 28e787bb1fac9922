import type { Library } from '../store.ts'
import { PlainFile } from '../plain-file.ts'

/** No store at all: what its bytes cost by themselves. */
export const subjects: Library<'floor'> = {
  floor: { store: async ({ directory }) => new PlainFile(directory) },
}
