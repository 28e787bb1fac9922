import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { isLoopback } from '../urls.ts'
import { RefusedError } from './refused-error.ts'

export interface OperatorsOnlyOptions {
  /** Only who sends it as a bearer token is let in. Without one it is this machine that is. */
  readonly token: string | undefined
  /** Whether requests come through a proxy: behind one on this machine all of them seem to come from here. */
  readonly trustProxy: boolean
}

const FORWARDING = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']

/** A hook that lets those pass who have the token; where there is none, requests of this machine. */
export function operatorsOnly({ token, trustProxy }: OperatorsOnlyOptions): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const isOperator =
      token === undefined
        ? !trustProxy && isFromHere(request)
        : isSame(request.headers.authorization ?? '', `Bearer ${token}`)
    if (!isOperator) throw new RefusedError(403, 'ERR_FORBIDDEN', 'this is for operators')
  }
}

/**
 * By the connection itself. A header that proxies set shows that somebody else may be behind it, and a foreign host name that
 * a page in a browser here had its own name lead to this machine.
 */
function isFromHere({ raw, headers, hostname }: FastifyRequest): boolean {
  const isForwarded = FORWARDING.some((name) => headers[name] !== undefined)
  return !isForwarded && isLoopback(hostname) && isLoopback(raw.socket.remoteAddress ?? '')
}

/** Takes as long for every wrong token: hashes are equally long. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
