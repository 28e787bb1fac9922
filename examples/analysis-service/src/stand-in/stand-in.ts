import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerChat, answerOauth, bearerOf } from './answers.ts'
import { answerControl } from './control.ts'
import type { Endpoint } from './fault.ts'
import { Faults } from './faults.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { playFault } from './play-fault.ts'
import { readBody } from './read-body.ts'
import { Seen } from './seen.ts'
import { sendJson } from './send-json.ts'

/** The key that a stand-in takes unless told another: base64 of `stand-in:stand-in`. It opens nothing else. */
export const STAND_IN_KEY = 'c3RhbmQtaW46c3RhbmQtaW4='

/** Options of {@link createStandIn}. */
export interface StandInOptions {
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** Default `'127.0.0.1'`: whoever reaches it may give it faults. */
  readonly host?: string | undefined
  /** The authorization key that it takes. Default {@link STAND_IN_KEY}. */
  readonly key?: string | undefined
  /** Epoch milliseconds. Default: those of the machine. */
  readonly now?: (() => number) | undefined
}

/** A server with the HTTP interface of GigaChat, for tests and demos. */
export interface StandIn {
  readonly url: string
  readonly key: string
  readonly faults: Faults
  readonly seen: Seen
  readonly tokens: IssuedTokens
  /** Ends at once, with all connections. */
  close(): Promise<void>
}

/** A {@link StandIn} that listens. Rejects where the port is taken. */
export async function createStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { port = 0, host = '127.0.0.1', key = STAND_IN_KEY, now = Date.now } = options
  const model: Model = { key, now, faults: new Faults(), seen: new Seen(), tokens: new IssuedTokens(now) }
  const server = createServer((request, response) => void answered(request, response, model))
  server.on('connection', () => model.seen.sockets++)
  server.listen(port, host)
  await once(server, 'listening')
  const { faults, seen, tokens } = model
  return { url: urlOf(server), key, faults, seen, tokens, close: () => closed(server) }
}

interface Model {
  readonly key: string
  readonly now: () => number
  readonly faults: Faults
  readonly seen: Seen
  readonly tokens: IssuedTokens
}

const ENDPOINTS: ReadonlyMap<string, Endpoint> = new Map([
  ['POST /api/v2/oauth', 'oauth'],
  ['POST /api/v1/chat/completions', 'chat'],
])

/** Never rejects: a client that goes in the middle of its request ends that request alone. */
async function answered(request: IncomingMessage, response: ServerResponse, model: Model): Promise<void> {
  try {
    const route = `${request.method} ${request.url}`
    const endpoint = ENDPOINTS.get(route)
    const body = await readBody(request)
    if (endpoint === undefined) return answerControl(route, body, response, model)
    model.seen.note(endpoint, request)
    await answerEndpoint(endpoint, request, body, response, model)
  } catch {
    if (!response.headersSent) sendJson(response, 400, { message: 'Bad Request' })
  }
}

async function answerEndpoint(
  endpoint: Endpoint,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
  model: Model,
): Promise<void> {
  const fault = model.faults.take(endpoint)
  if (fault?.kind === 'tokenRefused') model.tokens.revoke(bearerOf(request))
  if (fault !== undefined && !(await playFault(fault, response))) return
  const answer = endpoint === 'oauth' ? answerOauth : answerChat
  answer(request, body, response, model)
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

async function closed(server: Server): Promise<void> {
  const end = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await end
}
