import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Library } from '../store.ts'
import { SQL } from '../sql.ts'

/** node:sqlite as one would use it for a cache: WAL, without waiting for the disk, no mmap; no checksum of its own. */
export const subjects: Library<'node-sqlite'> = {
  'node-sqlite': {
    async store({ directory }) {
      const database = new DatabaseSync(join(directory, 'store.sqlite'))
      database.exec(SQL.open)
      const [read, write] = [database.prepare(SQL.get), database.prepare(SQL.set)]
      return {
        get: (key) => read.get(key)?.['value'] as Uint8Array | undefined,
        set: (key, value) => write.run(key, value),
        close: () => database.close(),
      }
    },
  },
}
