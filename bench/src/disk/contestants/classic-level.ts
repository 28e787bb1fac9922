import { ClassicLevel } from 'classic-level'
import type { Library } from '../store.ts'

/** classic-level (LevelDB) as it comes, read synchronously, which is its faster way. */
export const subjects: Library<'classic-level'> = {
  'classic-level': {
    async store({ directory }) {
      const database = new ClassicLevel<string, Uint8Array>(directory, { valueEncoding: 'view' })
      await database.open()
      return {
        get: (key) => database.getSync(key),
        set: (key, value) => database.put(key, value),
        close: () => database.close(),
      }
    },
  },
}
