import type { ServerResponse } from 'node:http'
import type { Fault } from './fault.ts'
import { sendJson } from './send-json.ts'

/** Larger than any client should keep. */
const HUGE_BYTES = 8 * 1024 * 1024
const CHUNK = Buffer.alloc(64 * 1024, 0x20)

/** As long as the pages of gateways with their pictures inside: more than a client's buffer holds. */
const ERROR_PAGE = `<h1>Internal Server Error</h1>${' '.repeat(128 * 1024)}`
/** Of both kinds of answers the begin, with a secret in it. */
const CUT_OFF = '{"access_token":"half-a-token","choices":[{"mess'
const USUAL = JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'At last.' } }] })

/** Does to a response what the fault says. Whether the request is to be answered as usual now: only after a `slow` one. */
export async function playFault(fault: Fault, response: ServerResponse): Promise<boolean> {
  if (fault.kind === 'slow') return waited(fault.ms ?? 1_000, response)
  answerWith(fault, response)
  return false
}

function answerWith({ kind, retryAfterSeconds = 1 }: Fault, response: ServerResponse): void {
  if (kind === '500') response.writeHead(500, { 'content-type': 'text/html' }).end(ERROR_PAGE)
  if (kind === '429') {
    response.setHeader('retry-after', retryAfterSeconds)
    sendJson(response, 429, { status: 429, message: 'Too Many Requests' })
  }
  if (kind === 'reset') response.socket?.resetAndDestroy()
  if (kind === 'wrongJson') response.writeHead(200, { 'content-type': 'application/json' }).end(CUT_OFF)
  if (kind === 'emptyChoices') sendJson(response, 200, { choices: [] })
  if (kind === 'hugeBody') sendHuge(response)
  if (kind === 'tokenRefused') sendJson(response, 401, { status: 401, message: 'Unauthorized' })
}

/** `false` where the client has gone meanwhile. */
function waited(ms: number, response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), ms)
    response.once('close', () => {
      clearTimeout(timer)
      resolve(false)
    })
  })
}

/** A usual answer after too much white space, as fast as the client reads. */
function sendHuge(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  let left = HUGE_BYTES
  const write = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= CHUNK.length
      if (!response.write(CHUNK)) return void response.once('drain', write)
    }
    response.end(USUAL)
  }
  write()
}
