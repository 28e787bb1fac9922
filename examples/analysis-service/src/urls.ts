import { BlockList, isIP } from 'node:net'
import type { z } from 'zod'
import { variable } from './variables.ts'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8)
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether an address or a URL's host is this machine. No name is looked up: only `localhost` is known. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^\[(.*)\]$/, '$1')
  return host === 'localhost' || (isIP(address) !== 0 && LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))
}

/** The URL of a Redis, as it was written. */
export const REDIS_URL: z.ZodType<string, string> = variable(
  'a URL that begins with redis:// or rediss://, with no path or the number of a database',
  (text) => {
    const url = URL.parse(text)
    if (url === null || url.hostname === '' || !['redis:', 'rediss:'].includes(url.protocol)) return undefined
    const isDatabase = /^(\/\d{0,9})?$/.test(url.pathname)
    return isDatabase && isDecodable(url.username) && isDecodable(url.password) ? text : undefined
  },
)

/**
 * The URL of a model, normalised and without a slash at its end: paths are added to it. Its key and what is known of a
 * speaker go there, so nothing is sent in the clear but to this machine.
 */
export const MODEL_URL: z.ZodType<string, string> = variable(
  'a URL that begins with https://, or http:// to this machine, without credentials, query or fragment',
  (text) => {
    const url = URL.parse(text)
    if (url === null || !(url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))) {
      return undefined
    }
    const isPlain = url.username === '' && url.password === '' && !/[?#]/.test(url.href)
    return isPlain ? url.href.replace(/\/+$/, '') : undefined
  },
)

/** The client of Redis decodes them, and would repeat what it cannot. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
