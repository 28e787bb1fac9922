import type { Readable } from 'node:stream'
import { fastify } from 'fastify'
import { bindRequest, fastifyRequestContext, outgoingHeaders, type RequestContextOptions } from '../src/http/index.ts'
import { hang, type HttpApp, listenTo, log, viaPool, wander } from './http-app.ts'
import { portOf } from './live-http.ts'

export async function startFastifyApp(options?: RequestContextOptions): Promise<HttpApp> {
  const app = fastify({ forceCloseConnections: true })
  await app.register(fastifyRequestContext(options))
  app.addContentTypeParser('application/octet-stream', async (_request: unknown, body: Readable) => listenTo(body))
  app.setErrorHandler((error, _request, reply) => {
    log.warn('failed', { error })
    return reply.code(500).send({})
  })
  app.get('/hello', async () => ({ ids: await wander() }))
  app.post('/json', (request) => wander().then((ids) => ({ ids, body: request.body })))
  app.post('/stream', (request, reply) => reply.send(request.body))
  app.get('/fail', async () => {
    throw new Error('on purpose')
  })
  app.get('/hang', () => hang())
  app.get('/outgoing', async () => outgoingHeaders())
  app.get('/bound', async (request, reply) =>
    viaPool((look) => (bindRequest(request, look) === bindRequest(reply, look) ? bindRequest(request.raw, look) : '')),
  )
  await app.ready()
  return { port: await portOf(app.server), close: () => app.close() }
}
