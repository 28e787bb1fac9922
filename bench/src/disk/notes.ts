/** What a reader must know to read the numbers of the suite. */
export const NOTES: readonly string[] = [
  'One fresh process and one fresh directory for each contestant and case, on the disk that holds bench/results; a number is the median of the processes. Time is by the clock: of gets and misses the median of bursts, of sets the mean after a warm-up. Read ratios, not microseconds.',
  'A value is the JSON of an analysis as bytes, each of its own, and every contestant stores bytes: nobody pays for a codec. The tiers are bare, without memory above them and without a guard. A read that finds nothing, or another length, is no number but a fault.',
  'Gets are of stored keys in a random order, whose pages are in the memory of the system; up to 16 of them, or 128 KiB, in one turn of the event loop. pread + crc32 reads the same values from a plain file into one piece of memory and checks their sums: no store that checks can be faster. It runs in the process of every contestant, burst by burst in turn with it, and what is held against it is the ratio within that process.',
  '@org/tiered-cache and cacache check every byte they read; lmdb, classic-level as it comes, the two SQLites, files and keyv-file do not.',
  'Sets are awaited, 100 at once, until the store says that they are done; nobody waits for the disk itself (no fsync). keyv-file writes all its keys 100 ms after a set, so that many sets at once cost as much as one. node:sqlite and better-sqlite3: WAL, synchronous NORMAL, no mmap, each set a transaction.',
  'Bytes on disk are the blocks that the file system gives, directories included, once the store is closed. classic-level compresses.',
  'Under load 100 callers ask again in the turn after they were answered, nine gets of 10 KiB to one set. The gap is what a turn of the loop takes; files in a turn is the part of it that calls of node:fs take which the loop itself waits for, so that native stores show nothing there.',
  'Opening: a store of 200 B values that was closed, opened in the process that wrote it; memory is what the process holds more after garbage collection.',
]
