/** What a reader must know to read the numbers of the suite. */
export const NOTES: readonly string[] = [
  'One fresh process for each contestant and case, a plain loop after a warm-up; a number is CPU time of the whole process over its operations, garbage collection and compilation included, and the median of the processes. Read ratios, not nanoseconds.',
  'Keys are strings of 12 characters, values are objects kept by reference. Reads draw uniformly from all keys. A read that misses what it should hit, or hits what it should miss, is not counted but told as a fault.',
  'The libraries are measured as they are published, built. memoryTier is called as the cache calls it: getFresh with a now that is read once in 4096 operations, set with an entry made for each call, and lives that differ. Unless it is named its policy is the default. lru-cache with ttl reads its clock at every set and, as its timer cannot run meanwhile, seldom at a read.',
  'Map has no bound and Map + FIFO the cheapest one there is: one iterator over the keys, kept, and a delete. Neither knows a time to live. quick-lru keeps up to twice its bound, so its hit rate and its bytes are not comparable.',
  'A set that evicts is one of a key that is new, also as a string: the first look-up of a string computes its hash, as it does for most keys of a program, and takes several look-ups of time. Elsewhere keys have their hash. At a million entries so many are measured that the Map under a store makes its table anew once.',
  'Reading through: a request reads its key and sets it where it is missing; the loader takes nothing. For a loader that takes c a request takes its time + miss rate x c: the last column tells at which c a contestant is ahead of lru-cache. CPU per miss avoided is the time of a request over the hit rate.',
  'Bytes are heap and typed arrays after garbage collection, less those of a process that holds keys and values alone. Growth is looked at after 100,000 sets, when every table has the size that it keeps.',
  'A pause is the longest single set by the clock, garbage collection and growth of tables included, and whatever else the machine did at that moment.',
  '@cacheable/memory takes part at 10,000 entries alone and, as it is tens of times slower, with a sixteenth of the sets.',
]
