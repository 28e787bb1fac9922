import { fastifyRequestContext, requestContext } from '@org/json-logger/http'
import { type FastifyInstance, fastify } from 'fastify'
import type { Service } from './compose.ts'
import type { Config } from './config.ts'
import { analyzeRoute } from './http/analyze-route.ts'
import { answerError, answerNotFound } from './http/error-response.ts'
import { forgetRoute } from './http/forget-route.ts'
import { healthRoutes } from './http/health-routes.ts'
import { pageRoutes } from './http/page-routes.ts'
import { RequestsUnderWay } from './http/requests-under-way.ts'
import { statsRoutes } from './http/stats-routes.ts'

/** So long a request may take to arrive, its body included: a large recording over a slow line. */
const REQUEST_TIMEOUT_MS = 120_000
const HEADERS_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 30_000
const MAX_HEADER_BYTES = 16 * 1024
/** Of what is no recording, which nothing here takes. */
const BODY_LIMIT = 16 * 1024

const HEADERS = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' }

/**
 * The HTTP side of the service. It listens when told to; who closes it closes the service after it. Closing it cuts off what
 * is under way, see `shutDown`.
 */
export async function createServer(service: Service, config: Config): Promise<FastifyInstance> {
  const { trustProxy, statsToken: token } = config
  const access = { token, trustProxy }
  const context = { trustInbound: trustProxy }
  const inContext = requestContext(context)
  const server = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: MAX_HEADER_BYTES },
    // Of a URL that cannot be read, which no hook gets to see.
    frameworkErrors: (error, request, reply) =>
      inContext(request.raw, reply.raw, () => answerError(error, request, reply)),
  })
  await server.register(fastifyRequestContext(context))
  RequestsUnderWay.watch(server)
  addCommonHeaders(server, service.stopping)
  server.setErrorHandler(answerError)
  server.setNotFoundHandler(answerNotFound)
  await server.register(pageRoutes)
  await server.register(analyzeRoute, service)
  await server.register(forgetRoute, { ...service, access })
  await server.register(healthRoutes, { isReady: () => !service.stopping.aborted })
  // Metrics and the dashboard take their place here, behind the same door.
  await server.register(statsRoutes, { ...service, access })
  return server
}

function addCommonHeaders(server: FastifyInstance, stopping: AbortSignal): void {
  server.addHook('onSend', async (_request, reply) => {
    reply.headers(HEADERS)
    // The next request had better go to another node.
    if (stopping.aborted) reply.header('connection', 'close')
  })
}
