import { join } from 'node:path'
import type { Codec, Entry, Tier } from '@org/tiered-cache'
import { diskTier, sqliteTier } from '@org/tiered-cache/disk'
import type { Library, Store } from '../store.ts'

/** Bytes as they are: nobody else turns values into bytes here. */
const codec: Codec = { id: 200, name: 'bytes', encode: (value) => value as Uint8Array, decode: (bytes) => bytes }

/** Opening waits for all that is to be recovered, for half of its deadline at the most. */
const PATIENCE = '10m'

/** The bare tiers, without memory above them and without a guard. */
export const subjects: Library<'ours' | 'ours-sqlite'> = {
  ours: {
    store: ({ directory, maxBytes, segmentBytes }) =>
      open(diskTier({ directory, maxBytes, segmentBytes, codec, deadline: PATIENCE })),
  },
  'ours-sqlite': {
    store: ({ directory, maxBytes }) => open(sqliteTier({ file: join(directory, 'cache.sqlite'), maxBytes, codec })),
  },
}

async function open(tier: Tier): Promise<Store> {
  await tier.open?.()
  const [now, hour] = [Date.now(), 3_600_000]
  const times = { storedAt: now, staleAt: now + hour, expiresAt: now + 2 * hour }
  const facts: Omit<Entry, 'value'> = { ...times, loadMs: 0, etag: undefined, stamps: [] }
  return {
    get(key) {
      const entry = tier.get(key)
      return entry instanceof Promise ? entry.then(valueOf) : valueOf(entry)
    },
    set: (key, value) => tier.set(key, { value, ...facts }),
    close: () => tier.close?.(),
  }
}

function valueOf(entry: Entry | undefined): Uint8Array | undefined {
  return entry?.value as Uint8Array | undefined
}
