import { createCache } from 'cache-manager'
import { TTL_MS } from '../../memory/ttl.ts'
import type { Value } from '../../memory/store.ts'
import type { Library } from '../subject.ts'

const open = () => createCache({ ttl: TTL_MS })

/** cache-manager as it comes: one Keyv over a Map, without a bound. */
export const subjects: Library<'cache-manager'> = {
  'cache-manager': {
    getOrSet() {
      const cache = open()
      return { get: (key) => cache.wrap<Value>(key, mustNotLoad), set: (key, value) => cache.set(key, value) }
    },
    readThrough() {
      const cache = open()
      return (key, load) => cache.wrap<Value>(key, load)
    },
    many() {
      const cache = open()
      return {
        set: (key, value) => cache.set(key, value),
        getAll: (keys, load) => Promise.all(keys.map((key) => cache.wrap(key, () => load(key)))),
      }
    },
  },
}

function mustNotLoad(): never {
  throw new Error('a key that was set was loaded')
}
