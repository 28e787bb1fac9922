import { createHash, randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Library } from '../store.ts'

/** A file for each key, written beside its place and renamed, read by fs.promises.readFile; no checksum. */
export const subjects: Library<'files'> = {
  files: {
    async store({ directory }) {
      const pathOf = (key: string): string => join(directory, createHash('sha1').update(key).digest('hex'))
      return {
        async get(key) {
          try {
            return await readFile(pathOf(key))
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
            throw error
          }
        },
        async set(key, value) {
          const path = pathOf(key)
          const beside = `${path}.${randomUUID()}`
          await writeFile(beside, value)
          await rename(beside, path)
        },
        close: () => {},
      }
    },
  },
}
