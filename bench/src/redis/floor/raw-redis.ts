import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { ReplyCounter } from './reply-counter.ts'

/** A command as Redis takes it; ASCII alone. */
export function command(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`
}

/** A connection that writes the commands of a call at once and counts the replies: no client can be faster. One call at a time. */
export class RawRedis {
  readonly #socket: Socket
  readonly #counter = new ReplyCounter()
  #wanted = 0
  #settle: () => void = () => {}
  #fail: (error: Error) => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk) => {
      this.#counter.push(chunk)
      if (this.#counter.replies >= this.#wanted) this.#settle()
    })
    socket.on('close', () => this.#fail(new Error('Redis has closed the connection')))
  }

  static async open(url: string): Promise<RawRedis> {
    const { hostname, port, username, password, pathname } = new URL(url)
    const socket = connect(Number(port || 6379), hostname)
    await once(socket, 'connect')
    const redis = new RawRedis(socket)
    const user = username === '' ? [] : [decodeURIComponent(username)]
    if (password !== '') await redis.send(command('AUTH', ...user, decodeURIComponent(password)), 1)
    if (pathname.length > 1) await redis.send(command('SELECT', pathname.slice(1)), 1)
    return redis
  }

  /** Answers how many of the replies are neither nothing nor an error. */
  send(commands: string, replies: number): Promise<number> {
    const before = this.#counter.found
    this.#wanted = this.#counter.replies + replies
    this.#socket.write(commands, 'latin1')
    return new Promise((resolve, reject) => {
      this.#settle = () => resolve(this.#counter.found - before)
      this.#fail = reject
    })
  }

  close(): void {
    this.#socket.destroy()
  }
}
