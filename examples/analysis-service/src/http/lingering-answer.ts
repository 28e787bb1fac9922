import type { IncomingMessage } from 'node:http'
import { finished, Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/** How much of what is still sent is read and dropped after the answer, and how long its sender has to see it. */
const LINGER_BYTES = 1024 ** 2
const LINGER_MS = 2_000

/**
 * Answers whoever is still sending at once and closes the connection. Closing it under a sender could cost him the answer,
 * so he is given a while: a little more is read, which is all of a small body, and of a large one no more than that.
 */
export function lingerAfterAnswers(server: FastifyInstance): void {
  server.addHook('onSend', async (request, reply, payload) => {
    if (request.raw.complete || typeof payload !== 'string') return payload
    reply.headers({ connection: 'close', 'content-length': Buffer.byteLength(payload) })
    return Readable.from(lingering(payload, request.raw))
  })
}

async function* lingering(answer: string, request: IncomingMessage): AsyncGenerator<string> {
  yield answer
  await readOn(request)
}

function readOn(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0
    const timer = setTimeout(resolve, LINGER_MS)
    const end = (): void => {
      clearTimeout(timer)
      resolve()
    }
    finished(request, { writable: false }, end)
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > LINGER_BYTES) request.pause()
    })
  })
}
