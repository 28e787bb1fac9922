import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Entry, Tier } from '@org/tiered-cache'

/**
 * The private tier that outlives a kill of its process; the one place that says which it is. A file for each key, renamed into
 * place: what was acknowledged is there after SIGKILL, and half a file never is.
 */
export function lastingTier(directory: string): Tier {
  mkdirSync(directory, { recursive: true })
  const file = (key: string): string => join(directory, `${encodeURIComponent(key)}.entry`)
  return {
    name: 'disk',
    shared: false,
    sync: false,
    get: (key) => readIfThere(file(key)),
    set: async (key, entry) => {
      const draft = join(directory, `${randomUUID()}.draft`)
      await writeFile(draft, serialize(entry))
      await rename(draft, file(key))
    },
    delete: (key) => rm(file(key), { force: true }),
    clear: async () => {
      const names = await readdir(directory)
      await Promise.all(
        names.filter((name) => name.endsWith('.entry')).map((name) => rm(join(directory, name), { force: true })),
      )
    },
  }
}

async function readIfThere(path: string): Promise<Entry | undefined> {
  try {
    return deserialize(await readFile(path)) as Entry
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
