import type { FastifyInstance } from 'fastify'

/**
 * `GET /health`, `/health/live` and `/health/ready`: the process answers and takes requests. Once it is stopping it takes no
 * connections, and Fastify answers 503 on those that are still open. Redis and the model are no part of it: the service goes
 * on without them.
 */
export async function healthRoutes(server: FastifyInstance): Promise<void> {
  for (const path of ['/health', '/health/live', '/health/ready']) server.get(path, async () => ({ status: 'ok' }))
}
