import { createClient } from 'redis'
import type { Value } from '../batches.ts'
import { type Library, storeOf } from '../store.ts'
import { TTL_MS } from '../ttl.ts'

/** node-redis as it comes, called by hand: get, mGet and set with JSON, and no memory above it. */
export const subjects: Library<'node-redis'> = {
  'node-redis': {
    async store({ url, namespace }) {
      const client = await createClient({ url }).connect()
      return storeOf({
        get: async (key) => parsed(await client.get(namespace + key)),
        getMany: async (keys) => (await client.mGet(keys.map((key) => namespace + key))).map(parsed),
        set: (key, value) =>
          client.set(namespace + key, JSON.stringify(value), { expiration: { type: 'PX', value: TTL_MS } }),
        close: () => client.close(),
      })
    },
  },
}

function parsed(text: string | null): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value)
}
