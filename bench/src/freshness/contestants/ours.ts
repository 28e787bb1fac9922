import { type CacheVerbs, memoryTier, TieredCache, type WriteOptions } from '@org/tiered-cache'
import { TTL_MS } from '../../memory/ttl.ts'
import type { Store, Value } from '../../memory/store.ts'
import type { BesideStore, Library, ManyStore, Subjects, SweptStore } from '../subject.ts'

type Verbs = CacheVerbs<Value>

/** Of every entry that has tags; each call that names them makes the list anew, as calls in a program do. */
const TAGGED: WriteOptions = { tags: ['users', 'org:7'] }

/** A cache with memory alone: plain, with two tags for each entry, and the same in a namespace. */
export const subjects: Library<'ours' | 'ours-tagged' | 'ours-namespace' | 'ours-namespace-tagged' | 'ours-singles'> = {
  ours: {
    ...hits(open, undefined),
    getOrSet: (maxEntries) => readThroughStore(open(maxEntries)),
    readThrough() {
      const cache = open(1000)
      return (key, load) => cache.getOrSet(key, load)
    },
    many: (maxEntries) => manyStore(open(maxEntries)),
    tagged: (maxEntries) => sweptByTag(open(maxEntries)),
    swept: (maxEntries) => sweptByClear(open(maxEntries)),
  },
  'ours-tagged': {
    ...hits(open, TAGGED),
    getOrSet: (maxEntries) => taggedReadThroughStore(open(maxEntries)),
    swept: (maxEntries) => sweptByTag(open(maxEntries)),
  },
  'ours-namespace': {
    ...hits(openNamespace, undefined),
    getOrSet: (maxEntries) => readThroughStore(openNamespace(maxEntries)),
    swept: (maxEntries) => sweptByClear(openNamespace(maxEntries)),
  },
  'ours-namespace-tagged': {
    ...hits(openNamespace, TAGGED),
    getOrSet: (maxEntries) => taggedReadThroughStore(openNamespace(maxEntries)),
  },
  'ours-singles': { many: (maxEntries) => singlesStore(open(maxEntries)) },
}

function open(maxEntries: number): TieredCache<Value> {
  return new TieredCache<Value>({ tiers: [memoryTier({ maxEntries })], ttl: TTL_MS })
}

function openNamespace(maxEntries: number): Verbs {
  return open(maxEntries).namespace('bench')
}

function hits(
  openVerbs: (maxEntries: number) => Verbs,
  options: WriteOptions | undefined,
): Pick<Subjects, 'sync' | 'get' | 'beside'> {
  return {
    sync(maxEntries) {
      const cache = openVerbs(maxEntries)
      return { get: (key) => cache.getSync(key), set: (key, value) => cache.set(key, value, options) }
    },
    get(maxEntries) {
      const cache = openVerbs(maxEntries)
      return { get: (key) => cache.get(key), set: (key, value) => cache.set(key, value, options) }
    },
    beside: (maxEntries) => besideStore(openVerbs(maxEntries + 1), options),
  }
}

function mustNotLoad(): never {
  throw new Error('a key that was set was loaded')
}

function readThroughStore(cache: Verbs): Store<Promise<Value | undefined>> {
  return { get: (key) => cache.getOrSet(key, mustNotLoad), set: (key, value) => cache.set(key, value) }
}

function taggedReadThroughStore(cache: Verbs): Store<Promise<Value | undefined>> {
  return {
    get: (key) => cache.getOrSet(key, mustNotLoad, { tags: ['users', 'org:7'] }),
    set: (key, value) => cache.set(key, value, TAGGED),
  }
}

/** Another entry is set first: to invalidate a tag that nothing has would be no work. */
function besideStore(cache: Verbs, options: WriteOptions | undefined): BesideStore {
  const another: WriteOptions = { tags: ['others'] }
  return {
    get: (key) => cache.getSync(key),
    set: (key, value) => cache.set(key, value, options),
    async invalidateAnother() {
      await cache.set('another', { id: -1 }, another)
      await cache.invalidateTag('others')
    },
  }
}

function sweptByTag(cache: Verbs): SweptStore {
  return {
    set: (key, value) => cache.set(key, value, TAGGED),
    get: (key) => cache.get(key),
    sweep: () => cache.invalidateTag('users'),
  }
}

function sweptByClear(cache: Verbs): SweptStore {
  return {
    set: (key, value) => cache.set(key, value),
    get: (key) => cache.get(key),
    sweep: () => cache.clear(),
  }
}

function manyStore(cache: Verbs): ManyStore {
  return {
    set: (key, value) => cache.set(key, value),
    async getAll(keys, load) {
      const { values } = await cache.getOrSetMany(keys, (missing) => new Map(missing.map((key) => [key, load(key)])))
      return [...values.values()]
    },
  }
}

function singlesStore(cache: Verbs): ManyStore {
  return {
    set: (key, value) => cache.set(key, value),
    getAll: (keys, load) => Promise.all(keys.map((key) => cache.getOrSet(key, () => load(key)))),
  }
}
