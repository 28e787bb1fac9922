import { formatPercent } from '../../../bench/src/report/format.ts'
import type { Comparison } from './comparison.ts'
import { type Plan, STEADY_RATE, type Sample } from './measure.ts'
import { VARIANTS } from './variant.ts'

/** Rounds that lie further apart than this say little about small differences. */
const WIDE = 0.25

/** What was measured and how, for the reader. */
export function notesOn({ rounds, recordings }: Plan): readonly string[] {
  const processes = rounds === 1 ? 'one fresh process each' : `medians of ${rounds} fresh processes each, interleaved`
  return [
    `${processes}, over a cache that holds ${recordings.short + recordings.long} analyses; the load comes from another process on the same machine`,
    'disk only: the same service with the disk tier alone; the original had the disk alone too, but a file for each analysis, and no single-flight',
    'no look-up: the same service with every answer at hand: what no cache can make shorter is the upload, which is received, written to a file and hashed in each request',
    'every answer is checked to have come from the disk, or from memory, as its line says',
    `CPU is that of all threads of the service per request, at ${STEADY_RATE} requests per second, in fractions of one core`,
  ]
}

/** What makes the numbers less sure than they look. */
export function warningsOn(samples: readonly Sample[], comparison: Comparison, redis: unknown): readonly string[] {
  const wide = VARIANTS.filter((variant) => comparison[variant].spread > WIDE)
  const unsteady = new Set(samples.flatMap((sample) => sample.unsteady))
  return [
    ...(redis instanceof Error ? [`measured without Redis: ${redis.message}`] : []),
    ...wide.map((variant) => `${variant}: rounds lie up to ${formatPercent(comparison[variant].spread)} apart`),
    ...unsteady,
  ]
}
