import { judgeClaims, skippedScenarios } from '../src/claims/run-claims.ts'
import type { Results, Row } from '../src/results.ts'
import type { RunResults } from '../src/run-results.ts'

/** A row with the median that a test needs. */
export function row(contestant: string, p50Ms: number, payload = '10 KiB', operation = 'get hit'): Row {
  return {
    payload,
    contestant,
    operation,
    p50Ms,
    p95Ms: p50Ms * 2,
    p99Ms: p50Ms * 3,
    opsPerSecond: 1000 / p50Ms,
    samples: 500,
    batch: 1,
    spread: 0.1,
  }
}

/** Results of a run that never was. */
export function madeUpResults(changes: Partial<Results> = {}): Results {
  const payloads = [
    { label: '10 KiB', bytes: 10_240, origin: 'made' as const, parseMs: 0.05 },
    { label: '5 MiB', bytes: 5_242_880, origin: 'made' as const, parseMs: 20 },
  ]
  const rows = payloads.flatMap(({ label, parseMs }) => [
    row('memory', 0.0002, label),
    row('Redis (redisTier)', 0.2 + parseMs, label),
    row('Redis (@keyv/redis)', 0.3 + parseMs, label),
    row('disk (diskTier)', 0.1 + parseMs, label),
  ])
  return {
    format: 1,
    suite: 'tiers',
    startedAt: '2026-01-02T03:04:05.678Z',
    tookMs: 123_000,
    quick: false,
    rounds: 5,
    machine: {
      cpu: 'Made-up <CPU> & more',
      cores: 4,
      memoryBytes: 8 * 1024 ** 3,
      os: 'Linux 6 x64',
      node: 'v26.10.0',
      filesystem: 'ext4',
      redis: 'Redis 7.0.15',
      loadBefore: 0,
    },
    payloads,
    rows,
    claims: judgeClaims(
      rows,
      payloads,
      payloads.map(({ label }) => skippedScenarios(label, 'nothing was run')),
    ),
    warnings: ['the rounds <differ>'],
    notes: ['made up'],
    ...changes,
  }
}

/** What the results of every suite hold, of a run that never was and needed neither Redis nor a disk. */
export function madeUpRun<Name extends string>(suite: Name): RunResults<Name> {
  const { startedAt, tookMs, quick, machine } = madeUpResults()
  return {
    format: 1,
    suite,
    startedAt,
    tookMs,
    quick,
    machine: { ...machine, redis: undefined, filesystem: undefined },
    warnings: ['made up'],
    notes: ['nothing was run'],
  }
}
