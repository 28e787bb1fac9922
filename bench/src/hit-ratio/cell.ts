import type { ContestantId } from './caches.ts'

/** All that has a hit ratio: the caches, the optimum, and Caffeine as it was measured elsewhere. */
export type RatioId = ContestantId | 'optimum' | 'caffeine'

/** Names for a reader. */
export const LABELS: Readonly<Record<RatioId, string>> = {
  optimum: 'optimum',
  caffeine: 'Caffeine',
  tinylfu: 'memoryTier',
  lru: "memoryTier 'lru'",
  sieve: "memoryTier 'sieve'",
  'lru-cache': 'lru-cache',
}

/** The hit ratios in one trace at one capacity. */
export interface Cell {
  readonly trace: string
  readonly capacity: number
  /** What is missing was not measured. */
  readonly ratios: Readonly<Partial<Record<RatioId, number>>>
}
