import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { bindRequest, outgoingHeaders, requestContext, type RequestContextOptions } from '../src/http/index.ts'
import { hang, type HttpApp, listenTo, log, viaPool, wander } from './http-app.ts'
import { portOf } from './live-http.ts'

export async function startNodeApp(options?: RequestContextOptions): Promise<HttpApp> {
  const withContext = requestContext(options)
  const server = createServer((request, response) => {
    withContext(request, response, () => {
      answer(request).then(
        (body) => response.end(JSON.stringify(body)),
        (error: unknown) => fail(response, error),
      )
    })
  })
  return {
    port: await portOf(server),
    close: async () => {
      server.closeAllConnections()
      await server[Symbol.asyncDispose]()
    },
  }
}

function fail(response: ServerResponse, error: unknown): void {
  log.warn('failed', { error })
  response.statusCode = 500
  response.end('{}')
}

async function answer(request: IncomingMessage): Promise<unknown> {
  switch (request.url?.split('?')[0]) {
    case '/json':
      return parsed(request)
    case '/stream':
      return listenTo(request)
    case '/fail':
      throw new Error('on purpose')
    case '/hang':
      return hang()
    case '/outgoing':
      return outgoingHeaders()
    case '/bound':
      return viaPool((look) => bindRequest(request, look))
    default:
      return { ids: await wander() }
  }
}

async function parsed(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return { ids: await wander(), body: JSON.parse(Buffer.concat(chunks).toString()) as unknown }
}
