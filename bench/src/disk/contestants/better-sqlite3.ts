import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Library } from '../store.ts'
import { SQL } from '../sql.ts'

/** better-sqlite3, told the same as node:sqlite. */
export const subjects: Library<'better-sqlite3'> = {
  'better-sqlite3': {
    async store({ directory }) {
      const database = new Database(join(directory, 'store.sqlite'))
      database.exec(SQL.open)
      const read = database.prepare<[string], { value: Buffer }>(SQL.get)
      const write = database.prepare<[string, Uint8Array]>(SQL.set)
      return {
        get: (key) => read.get(key)?.value,
        set: (key, value) => write.run(key, value),
        close: () => database.close(),
      }
    },
  },
}
