import { type Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request as httpRequest } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'

/** What came back. */
export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** How a request is sent; the pieces of the body go out in turns of their own. */
export interface Sending {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly pieces?: readonly (string | Buffer)[]
  readonly agent?: Agent
}

/** The port of a server, once it listens on one of the system's choice. */
export async function portOf(server: Server): Promise<number> {
  if (!server.listening) await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return (server.address() as AddressInfo).port
}

/** Sends one real request and reads all of the answer. */
export async function send(port: number, path: string, sending: Sending = {}): Promise<Reply> {
  const { method = sending.pieces ? 'POST' : 'GET', headers = {}, pieces = [], agent } = sending
  const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: agent ?? false })
  const reply = new Promise<Reply>((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      )
    })
  })
  reply.catch(() => undefined) // whoever awaits it still gets the error
  for (const piece of pieces) {
    outgoing.write(piece)
    await turn()
    await turn()
  }
  outgoing.end()
  return reply
}

/** Opens a request and answers the function that cuts its connection. */
export function sendAndHold(port: number, path: string, headers: OutgoingHttpHeaders = {}): () => void {
  const outgoing = httpRequest({ host: '127.0.0.1', port, path, headers, agent: false })
  outgoing.on('error', () => undefined)
  outgoing.end()
  return () => void outgoing.destroy()
}
