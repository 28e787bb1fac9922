import { DEFAULT_SIZES } from '../arguments.ts'
import { DISK } from '../contestants/disk.ts'
import { FILE_PER_KEY } from '../contestants/file-per-key.ts'
import { KEYV_FILE } from '../contestants/keyv-file.ts'
import { KEYV_REDIS } from '../contestants/keyv-redis.ts'
import { MEMORY } from '../contestants/memory.ts'
import { REDIS } from '../contestants/redis.ts'
import { STACK } from '../contestants/stack.ts'
import type { Results } from '../results.ts'
import { formatSize } from '../size.ts'

const CONTESTANTS = [MEMORY, REDIS, KEYV_REDIS, DISK, KEYV_FILE, FILE_PER_KEY, STACK]
const SIZES = DEFAULT_SIZES.map(formatSize)

/** What sets these results apart from those of a full run: `--quick`, other payloads, contestants that were left out. */
export function tiersGaps(results: Results): string[] {
  return [...(results.quick ? ['it was quick'] : []), ...payloadGaps(results), ...contestantGaps(results)]
}

function payloadGaps({ payloads }: Results): string[] {
  // By what is known, not by the size: a file of the user's own may have that of a made payload.
  if (payloads.some((payload) => payload.origin !== 'made')) return ["it measured a payload of the user's own"]
  const labels = payloads.map((payload) => payload.label)
  if (labels.join() === SIZES.join()) return []
  return [`it measured ${labels.join(', ') || 'no payload'} in place of ${SIZES.join(', ')}`]
}

function contestantGaps({ payloads, rows }: Results): string[] {
  const missing = CONTESTANTS.filter((contestant) =>
    payloads.some(({ label }) => !rows.some((row) => row.contestant === contestant && row.payload === label)),
  )
  return missing.map((contestant) => `without ${contestant}`)
}
