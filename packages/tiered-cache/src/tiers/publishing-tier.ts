import type { Tier } from './tier.ts'

/**
 * A shared tier that holds nothing: where a cache has a bus and no shared tier, its writes are published, and published again after
 * a fault, in the place of writes to one.
 */
export function publishingTier(publish: (key: string) => Promise<void>): Tier {
  return {
    name: 'bus',
    shared: true,
    sync: false,
    get: () => undefined,
    set: (key) => publish(key),
    delete: (key) => publish(key),
  }
}
