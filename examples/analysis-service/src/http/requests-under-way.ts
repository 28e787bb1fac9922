import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

const NAME = 'requestsUnderWay'

/** The requests of a server that are not answered yet. */
export class RequestsUnderWay {
  readonly #answers = new Set<Promise<void>>()

  /** Those that `server` gets from now on; {@link RequestsUnderWay.of} finds them again. */
  static watch(server: FastifyInstance): void {
    const requests = new RequestsUnderWay()
    server.decorate(NAME, requests)
    server.addHook('onRequest', async (_request, reply) => requests.#note(reply.raw))
  }

  static of(server: FastifyInstance): RequestsUnderWay {
    return server.getDecorator<RequestsUnderWay>(NAME)
  }

  /**
   * Waits until those of now are answered or their clients gone; not for any that come meanwhile.
   * @param ms at most so long
   * @returns how many are left then
   */
  async answered(ms: number): Promise<number> {
    const awaited = [...this.#answers]
    let timer: NodeJS.Timeout | undefined
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms)
    })
    await Promise.race([Promise.all(awaited), over])
    clearTimeout(timer)
    return awaited.filter((each) => this.#answers.has(each)).length
  }

  #note(response: ServerResponse): void {
    const closed = new Promise<void>((resolve) => {
      response.once('close', () => {
        this.#answers.delete(closed)
        resolve()
      })
    })
    this.#answers.add(closed)
  }
}
