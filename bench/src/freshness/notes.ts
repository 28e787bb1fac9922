/** What a reader must know to read the numbers of the suite. */
export const NOTES: readonly string[] = [
  'One fresh process for each contestant and case, memory alone, no other tier and no bus; a number is that of one operation after a warm-up, and the median of the processes. CPU is that of the whole process, garbage collection included. Read ratios, not nanoseconds.',
  'Keys are strings of 12 characters, values are small objects, reads draw uniformly from all keys. A loader that is called on a hit, a value that is missing or should be gone, or a second load is no number but a fault.',
  'Tags are two for each entry; getOrSet names both in a list that is made for each call. A namespace gives each entry one more, by which it is cleared. Hits without are of the same run: those before there were tags are compared by the suite memory.',
  'bentocache keeps values as JSON and cacheable clones them, as they come; goals are judged by that. Beside it each is measured with references, as @org/tiered-cache gives them. cache-manager reads through by wrap, and has no bound.',
  'Waiters: all call in one turn of the loop, with the value neither there nor loaded; three turns later the load ends. Told is the time from there until the last one has the value.',
  'invalidateTag is looked at one by one, each after all entries were set anew and the garbage was collected, with the code kept warm by a small store; the number is the median. The first read after it asks for an entry that is gone.',
  'What went just before is read once, each entry of 10,000, by get: all of these are misses. Hits right after an invalidation are those of entries with other tags; before each 4,096 of them another entry is set and its tag invalidated.',
  'Of the 100 keys of a call every other one is in memory; the loader answers at once. Over Redis the keys of such a call are read in one trip besides, which is not measured here.',
]
