import type { FastifyInstance } from 'fastify'
import type { CacheReport } from './cache-stats.ts'
import { operatorsOnly, type OperatorsOnlyOptions } from './operators-only.ts'
import type { PipelineReport } from './pipeline-stats.ts'

export interface StatsRoutesParts {
  cacheReport(): Promise<CacheReport>
  pipelineReport(): PipelineReport
  readonly access: OperatorsOnlyOptions
}

/** `GET /stats/cache` and `GET /stats/pipeline`, for operators. */
export async function statsRoutes(server: FastifyInstance, parts: StatsRoutesParts): Promise<void> {
  server.addHook('onRequest', operatorsOnly(parts.access))
  server.get('/stats/cache', () => parts.cacheReport())
  server.get('/stats/pipeline', async () => parts.pipelineReport())
}
