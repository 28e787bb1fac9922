import type { Comparison, Summary } from '../bench/comparison.ts'
import type { Figures, Sample } from '../bench/measure.ts'
import type { ServiceResults } from '../bench/results.ts'
import type { Variant } from '../bench/variant.ts'

/** Figures in the middle of every claimed range, when compared with {@link AFTER}. */
export const BEFORE: Figures = {
  secondMs: 60,
  lookupMs: 30,
  answerBytes: 5_000,
  requestsPerSecond: 100,
  steadyCpu: 0.5,
}

export const AFTER: Figures = {
  secondMs: 3,
  lookupMs: 1.5,
  answerBytes: 5_000,
  requestsPerSecond: 700,
  steadyCpu: 0.2,
}

/** The same figures for both lengths of recordings. */
export function madeUpSummary(figures: Figures, rssBytes: number): Summary {
  return { figures: { short: figures, long: figures }, rssBytes, spread: 0.1 }
}

/** A comparison in which every claim holds, but for what `changed` replaces. */
export function madeUpComparison(changed: Partial<Comparison> = {}): Comparison {
  return {
    'disk only': madeUpSummary(BEFORE, 100_000_000),
    'all tiers': madeUpSummary(AFTER, 200_000_000),
    'no look-up': madeUpSummary(AFTER, 90_000_000),
    ...changed,
  }
}

export function madeUpSample(variant: Variant, figures: Figures, rssBytes = 100_000_000): Sample {
  return { variant, figures: { short: figures, long: figures }, rssBytes, unsteady: [] }
}

export function madeUpResults(rest: Pick<ServiceResults, 'comparison' | 'claims'>): ServiceResults {
  return {
    format: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    tookMs: 1_000,
    quick: false,
    rounds: 5,
    machine: {
      cpu: 'Made-up CPU',
      cores: 2,
      memoryBytes: 8 * 1024 ** 3,
      os: 'Linux 6 x64',
      node: 'v26.0.0',
      filesystem: 'ext4',
      redis: 'Redis 7',
      loadBefore: 0,
    },
    uploadBytes: { short: 32_044, long: 640_044 },
    entries: 100,
    warnings: ['a made-up warning'],
    notes: ['a made-up note'],
    ...rest,
  }
}
