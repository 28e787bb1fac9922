import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { TTL_MS } from '../../memory/ttl.ts'
import type { Value } from '../../memory/store.ts'
import type { Library, Subjects } from '../subject.ts'

/** bentocache with memory alone: as it comes, which is with values as JSON, and with references. */
export const subjects: Library<'bentocache' | 'bentocache-reference'> = {
  bentocache: subjectsOf(true),
  'bentocache-reference': subjectsOf(false),
}

function subjectsOf(serialize: boolean): Partial<Subjects> {
  const open = (maxItems: number) => {
    const layers = bentostore().useL1Layer(memoryDriver({ maxItems, serialize }))
    return new BentoCache({ default: 'layers', ttl: TTL_MS, stores: { layers } })
  }
  return {
    getOrSet(maxEntries) {
      const cache = open(maxEntries)
      return {
        get: (key) => cache.getOrSet<Value>({ key, factory: mustNotLoad }),
        set: (key, value) => cache.set({ key, value }),
      }
    },
    readThrough() {
      const cache = open(1000)
      return (key, load) => cache.getOrSet<Value>({ key, factory: load })
    },
    many(maxEntries) {
      const cache = open(maxEntries)
      return {
        set: (key, value) => cache.set({ key, value }),
        getAll: (keys, load) =>
          Promise.all(keys.map((key) => cache.getOrSet<Value>({ key, factory: () => load(key) }))),
      }
    },
  }
}

function mustNotLoad(): never {
  throw new Error('a key that was set was loaded')
}
