import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from './free-port.ts'
import { HeldPipe } from './held-pipe.ts'

/** Which direction {@link TcpProxy.mute} silences. */
export interface MuteOptions {
  /** `'pass'`: requests still reach the server, only its replies stay away. Default `'hold'`. */
  readonly requests?: 'hold' | 'pass' | undefined
}

/** A TCP proxy on 127.0.0.1 in front of one server: the network between the two, as a test wants it. */
export interface TcpProxy {
  readonly port: number
  /** `redis://127.0.0.1:port`. */
  readonly url: string
  /** Connections that are open now. */
  readonly connections: number
  /** Everything flows again: held bytes first, in order; new connections are accepted. */
  pass(): Promise<void>
  /**
   * A partition: connections stay open and new ones are accepted, and nothing arrives. As TCP loses no byte of an open
   * connection, held bytes are kept and arrive late, at {@link pass}; {@link cut} throws them away.
   */
  mute(options?: MuteOptions): void
  /** Each reply arrives `delayMs` later; 0 ends it. */
  delay(delayMs: number): void
  /** Destroys every connection; new ones are accepted. */
  drop(): void
  /** Destroys every connection and refuses new ones until {@link pass}. */
  cut(): Promise<void>
  /** Ends it for good. */
  close(): Promise<void>
}

interface Link {
  readonly client: Socket
  readonly requests: HeldPipe
  readonly replies: HeldPipe
}

/** Starts a {@link TcpProxy} in front of the server on `targetPort` of 127.0.0.1. */
export async function startProxy(targetPort: number): Promise<TcpProxy> {
  const proxy = new LocalProxy(targetPort, await freePort())
  await proxy.pass()
  return proxy
}

class LocalProxy implements TcpProxy {
  readonly port: number
  readonly url: string
  readonly #targetPort: number
  readonly #links = new Set<Link>()
  #server: Server | undefined
  #holdRequests = false
  #holdReplies = false
  #delayMs = 0

  constructor(targetPort: number, port: number) {
    this.#targetPort = targetPort
    this.port = port
    this.url = `redis://127.0.0.1:${port}`
  }

  get connections(): number {
    return this.#links.size
  }

  async pass(): Promise<void> {
    this.#hold(false, false)
    if (this.#server !== undefined) return
    this.#server = createServer((client) => this.#accept(client))
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  mute(options: MuteOptions = {}): void {
    this.#hold(options.requests !== 'pass', true)
  }

  delay(delayMs: number): void {
    this.#delayMs = delayMs
    for (const link of this.#links) link.replies.delayMs = delayMs
  }

  drop(): void {
    for (const link of this.#links) link.client.destroy()
  }

  async cut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    this.drop()
    if (server === undefined) return
    await new Promise((resolve) => server.close(resolve))
  }

  async close(): Promise<void> {
    await this.cut()
  }

  #hold(requests: boolean, replies: boolean): void {
    this.#holdRequests = requests
    this.#holdReplies = replies
    for (const link of this.#links) {
      link.requests.held = requests
      link.replies.held = replies
    }
  }

  #accept(client: Socket): void {
    const server = connect(this.#targetPort, '127.0.0.1')
    const link = { client, requests: new HeldPipe(client, server), replies: new HeldPipe(server, client) }
    link.requests.held = this.#holdRequests
    link.replies.held = this.#holdReplies
    link.replies.delayMs = this.#delayMs
    this.#links.add(link)
    const end = (): void => {
      this.#links.delete(link)
      client.destroy()
      server.destroy()
    }
    // `close` follows every `error`, and a broken connection is what this proxy is for.
    for (const socket of [client, server])
      socket
        .setNoDelay(true)
        .on('error', () => {})
        .once('close', end)
  }
}
