import type { Bytes } from '../../bytes.ts'
import type { Duration } from '../../duration.ts'
import type { RemovalCause } from '../tier.ts'

/** Which entries leave when the tier is full: see {@link MemoryTierOptions.policy}. */
export type MemoryPolicy = 'tinylfu' | 'lru' | 'sieve'

/** Whether a hit gives what was stored or a copy of it: see {@link MemoryTierOptions.copy}. */
export type CopyMode = 'reference' | 'freeze' | 'clone'

/** Options of {@link memoryTier}. */
export interface MemoryTierOptions<V = unknown> {
  /** How many entries it holds at most, 16 777 216 whatever is given. Default 10 000, or no bound where `maxBytes` or `maxWeight` is given. */
  readonly maxEntries?: number | undefined
  /**
   * How many bytes the entries may take together: what keys and values retain, by an estimate that is within 2x for plain data, and
   * 96 for the tier's own tables. Not together with `weigh` or `maxWeight`.
   */
  readonly maxBytes?: Bytes | undefined
  /** How much all entries may weigh together, by `weigh`. */
  readonly maxWeight?: number | undefined
  /** The weight of an entry: zero or more, in units of your own. Called once for each set. Needs `maxWeight`; what
   * weighs nothing is bounded by `maxEntries` alone, and leaves with the others where room is made. */
  readonly weigh?: ((value: V, key: string) => number) | undefined
  /**
   * Which entries leave when it is full. Default `'tinylfu'`: what was used least often of late, with a window for newcomers
   * that sizes itself. `'lru'`: what was used longest ago. `'sieve'`: what was not used since the hand last passed.
   */
  readonly policy?: MemoryPolicy | undefined
  /**
   * Default `'reference'`: a hit gives the very object that was stored. `'freeze'`: plain objects and arrays are frozen, so that
   * whoever changes one gets a TypeError where it happens, and a value that holds any other kind is cloned on read; for development. `'clone'`: what
   * is stored and what is read are copies. Both refuse what could not be copied, as tiers outside the process do.
   */
  readonly copy?: CopyMode | undefined
  /** Called after an entry left, once the tier is consistent; what it throws is dropped. */
  readonly onRemoval?: ((key: string, value: V, cause: RemovalCause) => void) | undefined
  /** Cap on the life of what it keeps. Default none. */
  readonly ttl?: Duration | undefined
  /** Label in stats and events. Default `'memory'`. */
  readonly name?: string | undefined
  /** Of the hash of keys and of all that `'tinylfu'` draws: a fixed one makes its choices repeatable. Default drawn anew. */
  readonly seed?: number | undefined
}

/** The bounds of a memory tier that are to change: those that are named, of the kinds that it was made with. */
export interface MemoryResize {
  readonly maxEntries?: number | undefined
  readonly maxBytes?: Bytes | undefined
  readonly maxWeight?: number | undefined
}
