import { join } from 'node:path'
import { Keyv } from 'keyv'
import { KeyvFile } from 'keyv-file'
import type { Library } from '../store.ts'

/** keyv-file as it comes, below Keyv: all keys in memory, and all of them written to one file 100 ms after a set. */
export const subjects: Library<'keyv-file'> = {
  'keyv-file': {
    async store({ directory }) {
      const keyv = new Keyv<string>({ store: new KeyvFile({ filename: join(directory, 'store.json') }) })
      return {
        async get(key) {
          const text = await keyv.get(key)
          return text === undefined ? undefined : Buffer.from(text, 'latin1')
        },
        set: (key, value) => keyv.set(key, Buffer.from(value).toString('latin1')),
        close: () => keyv.disconnect(),
      }
    },
  },
}
