import type { Tier } from './tier.ts'

/**
 * A shared tier that holds nothing and takes everything: where a cache has a bus and no shared tier, its writes are told to the others
 * as those to one are.
 */
export function publishingTier(): Tier {
  return {
    name: 'bus',
    shared: true,
    sync: false,
    get: () => undefined,
    set: () => {},
    delete: () => {},
    clear: () => {},
  }
}
