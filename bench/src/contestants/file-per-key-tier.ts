import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Entry, Tier } from '@org/tiered-cache'
import { PATIENCE } from './contestant.ts'

/**
 * A tier with one JSON file for each key, named by the SHA-256 of the key and holding the expiry: the disk cache as the
 * authors of the claims had it. Only for measuring: no bound, no safe replacing of a file, values as JSON keeps them.
 */
export function filePerKeyTier(folder: string): Tier {
  const fileOf = (key: string): string => join(folder, `${createHash('sha256').update(key).digest('hex')}.json`)
  return {
    name: 'files',
    shared: false,
    sync: false,
    deadline: PATIENCE,
    open: async () => void (await mkdir(folder, { recursive: true })),
    get: (key) => readEntry(fileOf(key)),
    set: (key, entry) => writeFile(fileOf(key), JSON.stringify(entry)),
    delete: (key) => rm(fileOf(key), { force: true }),
  }
}

async function readEntry(file: string): Promise<Entry | undefined> {
  const text = await readFile(file, 'utf8').catch(absent)
  if (text === undefined) return undefined
  const entry = JSON.parse(text) as Entry
  if (Date.now() < entry.expiresAt) return entry
  await rm(file, { force: true })
  return undefined
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
