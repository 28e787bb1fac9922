import type { TierKind } from '../arguments.ts'

interface Note {
  /** The tier it is about; all of them where there is none. */
  readonly about?: TierKind
  readonly text: string
}

const NOTES: readonly Note[] = [
  {
    text: 'One caller who waits for each answer, in one process with all contestants; ops/s is the inverse of the mean, not a load test.',
  },
  {
    text: 'Each contestant is a TieredCache of that one tier, so a number is all that a caller pays: guard, codec, stats. The stack is all tiers of the run in one cache.',
  },
  {
    about: 'memory',
    text: 'Memory is timed in batches of 1000 operations, since one takes less time than reading the clock: its percentiles are over batches and hide single slow operations. getSync is the hit without the promise.',
  },
  { about: 'redis', text: 'Redis runs on this machine, without persistence, unless REDIS_URL names another.' },
  {
    about: 'redis',
    text: 'The tier of Redis, alone and in the stack, is redisTier as it comes: a set takes a lease first, which is a second round trip, and values from 2 KiB on are compressed. @keyv/redis stands beside it as the plain store: one command for a set, text as it is, no leases.',
  },
  {
    about: 'disk',
    text: 'The tier of the disk, alone and in the stack, is diskTier as it comes. keyv-file and one file per key stand beside it: what the authors of the claims had on disk was a file per key.',
  },
  {
    about: 'disk',
    text: 'keyv-file keeps everything in memory once opened: its get hit never touches the disk. Its set waits 100 ms by design and then writes all keys.',
  },
  {
    about: 'disk',
    text: 'diskTier and one file per key are read from the page cache of the system, as hot files are; writes are not forced to the disk (no fsync).',
  },
  {
    text: 'The larger the payload, the fewer keys (100 down to 2) and samples; where there are under 100 samples, p99 is the slowest one.',
  },
]

/** What a reader must know to read the numbers of a run over these tiers. */
export function notesFor(tiers: readonly TierKind[]): string[] {
  return NOTES.filter(({ about }) => about === undefined || tiers.includes(about)).map((note) => note.text)
}
