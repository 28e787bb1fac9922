import type { Entry, Tier } from '@org/tiered-cache'
import { asStored } from './stored-entry.fixture.ts'
import type { Wire } from './wire.fixture.ts'

/** A private asynchronous tier over a Map that outlives the node. */
export function lastingTier(contents: Map<string, Entry>, wire: Wire): Tier {
  return {
    name: 'disk',
    shared: false,
    sync: false,
    get: (key) => wire.run(`get ${key}`, () => contents.get(key)),
    set: (key, entry) => wire.run(`set ${key}`, () => void contents.set(key, asStored(entry))),
    delete: (key) => wire.run(`delete ${key}`, () => void contents.delete(key)),
    clear: () => wire.run('clear', () => contents.clear()),
  }
}
