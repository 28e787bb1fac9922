import { createServer } from 'node:http'
import { bodyParser } from '@koa/bodyparser'
import Koa from 'koa'
import { bindRequest, koaRequestContext, outgoingHeaders, type RequestContextOptions } from '../src/http/index.ts'
import { hang, type HttpApp, listenTo, log, viaPool, wander } from './http-app.ts'
import { portOf } from './live-http.ts'

export async function startKoaApp(options?: RequestContextOptions): Promise<HttpApp> {
  const app = new Koa()
  app.use(koaRequestContext(options))
  app.use(bodyParser({ enableTypes: ['json'] }))
  app.use(async (ctx) => {
    ctx.body = await answer(ctx)
  })
  app.on('error', (error: Error) => log.warn('failed', { error }))
  const handle = app.callback()
  const server = createServer((request, response) => void handle(request, response))
  return {
    port: await portOf(server),
    close: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}

async function answer(ctx: Koa.Context): Promise<unknown> {
  switch (ctx.path) {
    case '/json':
      return { ids: await wander(), body: ctx.request.body }
    case '/stream':
      return listenTo(ctx.req)
    case '/fail':
      throw new Error('on purpose')
    case '/hang':
      return hang()
    case '/outgoing':
      return outgoingHeaders()
    case '/bound':
      return viaPool((look) =>
        bindRequest(ctx, look) === bindRequest(ctx.req, look) ? bindRequest(ctx.res, look) : '',
      )
    default:
      return { ids: await wander() }
  }
}
