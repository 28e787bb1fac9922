import { Redis } from 'ioredis'
import type { Value } from '../batches.ts'
import { type Library, type Place, type Store, storeOf } from '../store.ts'
import { TTL_MS } from '../ttl.ts'

/** ioredis as it comes and with autopipelining, called by hand: get, mget and set with JSON, and no memory above it. */
export const subjects: Library<'ioredis' | 'ioredis-auto'> = {
  ioredis: { store: (place) => open(place, false) },
  'ioredis-auto': { store: (place) => open(place, true) },
}

async function open({ url, namespace }: Place, enableAutoPipelining: boolean): Promise<Store> {
  const client = new Redis(url, { enableAutoPipelining })
  await client.ping()
  return storeOf({
    get: async (key) => parsed(await client.get(namespace + key)),
    getMany: async (keys) => (await client.mget(keys.map((key) => namespace + key))).map(parsed),
    set: (key, value) => client.set(namespace + key, JSON.stringify(value), 'PX', TTL_MS),
    close: () => client.quit(),
  })
}

function parsed(text: string | null): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value)
}
