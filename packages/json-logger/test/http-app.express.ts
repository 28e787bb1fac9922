import { createServer } from 'node:http'
import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import multer from 'multer'
import { bindRequest, outgoingHeaders, requestContext, type RequestContextOptions } from '../src/http/index.ts'
import { hang, type HttpApp, listenTo, log, viaPool, wander } from './http-app.ts'
import { portOf } from './live-http.ts'

export async function startExpressApp(options?: RequestContextOptions): Promise<HttpApp> {
  const app = express()
  app.use(requestContext(options))
  app.get(
    '/hello',
    answer(async () => ({ ids: await wander() })),
  )
  app.post(
    '/json',
    express.json(),
    answer(async (request) => ({ ids: await wander(), body: request.body as unknown })),
  )
  app.post('/upload', multer().any(), answer(uploaded))
  app.post('/stream', answer(listenTo))
  app.get('/fail', () => {
    throw new Error('on purpose')
  })
  app.get('/hang', answer(hang))
  app.get('/outgoing', (_request, response) => void response.json(outgoingHeaders()))
  app.get(
    '/bound',
    answer((request) => viaPool((look) => bindRequest(request, look))),
  )
  app.use(
    '/mounted',
    express.Router().get('/here', (_request, response) => void response.json({})),
  )
  app.use(failed)
  const server = createServer(app)
  return {
    port: await portOf(server),
    close: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}

function answer(work: (request: Request) => Promise<object>): RequestHandler {
  return (request, response, next) => {
    work(request).then((body) => response.json(body), next)
  }
}

async function uploaded(request: Request): Promise<object> {
  const files = request.files as Express.Multer.File[]
  return { ids: await wander(), bytes: files.map((file) => file.size) }
}

// Express knows an error handler by its four parameters.
function failed(error: Error & { status?: number }, _request: Request, response: Response, _next: NextFunction): void {
  log.warn('failed', { error })
  response.status(error.status ?? 500).json({})
}
