import { open } from 'lmdb'
import type { Library } from '../store.ts'

/** lmdb as it comes, with plain bytes. */
export const subjects: Library<'lmdb'> = {
  lmdb: {
    async store({ directory }) {
      const database = open<Buffer, string>({ path: directory, encoding: 'binary' })
      return {
        get: (key) => database.get(key),
        set: (key, value) => database.put(key, Buffer.from(value.buffer, value.byteOffset, value.byteLength)),
        close: () => database.close(),
      }
    },
  },
}
