import type { FastifyInstance } from 'fastify'
import { RefusedError } from './refused-error.ts'

export interface HealthRoutesParts {
  /** Whether the service takes requests. */
  readonly isReady: () => boolean
}

/**
 * `GET /health/live`: the process answers. `GET /health/ready` and `/health`: it takes requests, or 503 while it stops.
 * Redis and the model are no part of it: the service goes on without them.
 */
export async function healthRoutes(server: FastifyInstance, { isReady }: HealthRoutesParts): Promise<void> {
  const ok = { status: 'ok' }
  server.get('/health/live', async () => ok)
  for (const path of ['/health', '/health/ready']) {
    server.get(path, async () => {
      if (isReady()) return ok
      throw new RefusedError(503, 'ERR_BUSY', 'the service is stopping, come back later')
    })
  }
}
