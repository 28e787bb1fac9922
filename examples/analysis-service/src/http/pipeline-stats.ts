import type { Breaker, BreakerStats, Bulkhead, BulkheadStats } from '@org/breaker'

/** What `GET /stats/pipeline` answers. */
export interface PipelineReport {
  readonly active: number
  readonly max_parallel: number
  readonly queue_length: number
  readonly breaker: BreakerStats['state']
  readonly stats: { readonly bulkhead: BulkheadStats; readonly breaker: BreakerStats }
}

export function pipelineReport(bulkhead: Bulkhead, breaker: Breaker): PipelineReport {
  const stats = { bulkhead: bulkhead.stats(), breaker: breaker.stats() }
  return {
    active: stats.bulkhead.active,
    max_parallel: stats.bulkhead.maxConcurrent,
    queue_length: stats.bulkhead.queued,
    breaker: stats.breaker.state,
    stats,
  }
}
