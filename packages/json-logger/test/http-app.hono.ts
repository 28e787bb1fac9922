import type { Server } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bindRequest, honoRequestContext, outgoingHeaders, type RequestContextOptions } from '../src/http/index.ts'
import { hang, type HttpApp, listenTo, log, viaPool, wander } from './http-app.ts'
import { portOf } from './live-http.ts'

export function honoApp(options?: RequestContextOptions): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(honoRequestContext(options))
  app.get('/hello', async (c) => c.json({ ids: await wander() }))
  app.get('/own-response', () => new Response('{}', { headers: { 'x-request-id': 'of-another-service' } }))
  app.post('/json', async (c) => {
    const body: unknown = await c.req.json()
    return c.json({ ids: await wander(), body })
  })
  app.post('/stream', async (c) => {
    const body = Readable.fromWeb(c.req.raw.body as ReadableStream<Uint8Array>)
    return c.json(await listenTo(body))
  })
  app.get('/fail', () => {
    throw new Error('on purpose')
  })
  app.get('/hang', () => hang())
  app.get('/outgoing', (c) => c.json(outgoingHeaders()))
  app.get('/bound', async (c) =>
    c.json(
      await viaPool((look) =>
        bindRequest(c, look) === bindRequest(c.req.raw, look) ? bindRequest(c.env.incoming, look) : '',
      ),
    ),
  )
  app.onError((error, c) => {
    log.warn('failed', { error })
    return c.json({}, 500)
  })
  return app
}

export async function startHonoApp(options?: RequestContextOptions): Promise<HttpApp> {
  const server = createAdaptorServer({ fetch: honoApp(options).fetch }) as Server
  return {
    port: await portOf(server),
    close: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}
