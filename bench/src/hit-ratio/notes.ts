/** What a reader must know to read the numbers of the suite. */
export const NOTES: readonly string[] = [
  'A replay is a get for each request and a set after each miss, on an empty cache. Capacities are 0.5, 2, 8, 20 and 50 % of the keys of a trace, 16 at least. Nothing is timed.',
  'The optimum knows the future (Belady, with bypass): no cache can do better. Caffeine is upstream of August 2026, measured elsewhere on the same traces (anchors.json beside them); our policies and lru-cache are run here.',
  'A cell is one trace at one capacity; it counts as won or lost by more than half a point of hit ratio.',
  'The seed of our policy is fixed, so a run repeats to the last hit.',
  'Trials hold our tier against lru-cache alone: sizes drawn for each key with a bound in bytes (lru-cache with maxSize), lives by a clock that moves a millisecond with each request (lru-cache with ttl), and traffic meant to harm. Hits are counted, not bytes.',
]
