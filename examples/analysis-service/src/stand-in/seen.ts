import type { IncomingMessage } from 'node:http'
import type { Endpoint } from './fault.ts'

const MAX_KEPT = 1_000

/** What the stand-in has seen since it began. */
export class Seen {
  /** Requests for tokens. */
  oauth = 0
  /** Questions to the model, refused ones too. */
  chat = 0
  /** Connections that were opened. */
  sockets = 0
  /** The `X-Request-ID` of the latest questions, at most 1000. */
  readonly requestIds: string[] = []

  note(endpoint: Endpoint, request: IncomingMessage): void {
    this[endpoint]++
    const id = request.headers['x-request-id']
    if (endpoint !== 'chat' || typeof id !== 'string') return
    this.requestIds.push(id)
    if (this.requestIds.length > MAX_KEPT) this.requestIds.shift()
  }
}
