import { createInterface } from 'node:readline'
import { sqliteTier } from '../src/disk/sqlite-tier.ts'
import { makeEntry } from '../src/entry.ts'
import { becomeOrdinary } from './ordinary-user.fixture.ts'

// Opens a file, and obeys: each line is a list of an operation, a key and a value; 'storm' sets versions of keys until it is killed.
const [file = '', options = '{}', user = ''] = process.argv.slice(2)
if (user === 'ordinary') becomeOrdinary()
const tier = sqliteTier({ file, ...(JSON.parse(options) as object) })
/** Resolves when the kernel has it: what only waits to be written is lost where the process is killed. */
const say = (line: unknown): Promise<void> =>
  new Promise((resolve) => process.stdout.write(`${JSON.stringify(line)}\n`, () => resolve()))
const entry = (value: unknown) => makeEntry(value, Date.now(), 3_600_000, 0, 0)
const KEYS = 20
// Open while the tier waits for another process: its own timers keep nobody alive.
const lines = createInterface({ input: process.stdin })

try {
  await tier.open?.()
  await say('open')
} catch (error) {
  await say({ error: (error as Error).message })
}

/** Every acknowledged write is told before the next one of its key begins. Two sets of a key, then a delete. */
async function storm(name: string): Promise<void> {
  for (let version = 0; ; version++) {
    const key = `${name}:${version % KEYS}`
    if ((version / KEYS) % 3 >= 2) await tier.delete(key)
    else await tier.set(key, entry({ key, version }))
    await say([key, version])
  }
}

const orders: Readonly<Record<string, (key: string, value: unknown) => unknown>> = {
  get: async (key) => (await tier.get(key))?.value ?? null,
  set: (key, value) => tier.set(key, entry(value)),
  delete: (key) => tier.delete(key),
  clear: () => tier.clear?.(),
  close: () => tier.close?.(),
  many: async (key, count) => {
    const sets = Array.from({ length: count as number }, async (_, index) => tier.set(`${key}:${index}`, entry(index)))
    const ended = await Promise.allSettled(sets)
    return ended.filter(({ status }) => status === 'rejected').length
  },
  storm: (name) => storm(name),
}

for await (const line of lines) {
  const [operation, key, value] = JSON.parse(line) as [string, string, unknown]
  try {
    await say((await orders[operation]?.(key, value)) ?? null)
  } catch (error) {
    await say({ error: (error as Error).message })
  }
}
