import { createHash, timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { RefusedError } from './refused-error.ts'

export interface OperatorsOnlyOptions {
  /** Whoever sends it as a bearer token is let in. */
  readonly token: string | undefined
  /** Whether requests come through a proxy: behind one on this machine all of them seem to come from here. */
  readonly trustProxy: boolean
}

const FORWARDING = ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip']
const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** A hook that lets requests of this machine pass, and those with the token. */
export function operatorsOnly({ token, trustProxy }: OperatorsOnlyOptions): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    if (!trustProxy && isFromHere(request)) return
    if (token !== undefined && isSame(request.headers.authorization ?? '', `Bearer ${token}`)) return
    throw new RefusedError(403, 'ERR_FORBIDDEN', 'the statistics are for operators')
  }
}

/**
 * By the connection itself. A header that proxies set shows that somebody else may be behind it, and a foreign host name that
 * a page in a browser here had its own name lead to this machine.
 */
function isFromHere({ raw, headers, hostname }: FastifyRequest): boolean {
  const isForwarded = FORWARDING.some((name) => headers[name] !== undefined)
  const isNamedSo = hostname === 'localhost' || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'))
  return !isForwarded && isNamedSo && isLoopback(raw.socket.remoteAddress ?? '')
}

function isLoopback(address: string): boolean {
  return isIP(address) !== 0 && LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Takes as long for every wrong token: hashes are equally long. */
function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digest(given), digest(wanted))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
