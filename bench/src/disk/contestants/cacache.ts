import cacache from 'cacache'
import type { Library } from '../store.ts'

/** cacache as it comes: what npm keeps its downloads in. */
export const subjects: Library<'cacache'> = {
  cacache: {
    store: async ({ directory }) => ({
      async get(key) {
        try {
          return (await cacache.get(directory, key)).data
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
          throw error
        }
      },
      set: (key, value) => cacache.put(directory, key, Buffer.from(value)),
      close: () => {},
    }),
  },
}
