import { Cacheable, createKeyv } from 'cacheable'
import { TTL_MS } from '../../memory/ttl.ts'
import type { Value } from '../../memory/store.ts'
import type { Library, Subjects } from '../subject.ts'

/** cacheable with memory alone: as it comes, which is with clones, and with references. */
export const subjects: Library<'cacheable' | 'cacheable-reference'> = {
  cacheable: subjectsOf(true),
  'cacheable-reference': subjectsOf(false),
}

function subjectsOf(useClone: boolean): Partial<Subjects> {
  const open = (lruSize: number) => new Cacheable({ primary: createKeyv({ lruSize, useClone }), ttl: TTL_MS })
  return {
    getOrSet(maxEntries) {
      const cache = open(maxEntries)
      return {
        get: (key) => cache.getOrSet<Value>(key, mustNotLoad),
        set: (key, value) => cache.set(key, value),
      }
    },
    readThrough() {
      const cache = open(1000)
      return (key, load) => cache.getOrSet<Value>(key, async () => load())
    },
    many(maxEntries) {
      const cache = open(maxEntries)
      return {
        set: (key, value) => cache.set(key, value),
        getAll: (keys, load) => Promise.all(keys.map((key) => cache.getOrSet(key, async () => load(key)))),
      }
    },
  }
}

async function mustNotLoad(): Promise<never> {
  throw new Error('a key that was set was loaded')
}
