import { randomUUID } from 'node:crypto'
import { assertOptions, shown } from '../option-object.ts'

/** What the middleware of every framework takes. */
export interface RequestContextOptions {
  /** The header of the request id, in and out, in any case. Default `'x-request-id'`. */
  readonly header?: string | undefined
  /**
   * Whether the id and the `traceparent` of the caller are taken over. Only behind a proxy or among services of your own:
   * whoever chooses ids chooses what stands in your lines. Default `false`.
   */
  readonly trustInbound?: boolean | undefined
  /** Whether each request gives one line, of the logger `http.access`. Default `true`. */
  readonly accessLog?: boolean | undefined
  /**
   * Makes a request id of 1 to 128 characters out of `A-Za-z0-9._:-`. Where it throws or answers anything else, the id is
   * a random UUID and a warning is logged once. Default `crypto.randomUUID`.
   */
  readonly makeId?: (() => string) | undefined
}

/** {@link RequestContextOptions} checked, with its defaults, the header in lower case. */
export interface RequestContextSettings {
  readonly header: string
  readonly trustInbound: boolean
  readonly accessLog: boolean
  readonly makeId: () => unknown
}

const KNOWN = ['header', 'trustInbound', 'accessLog', 'makeId']

/** Headers that frame a message, belong to one connection, or mean something to whoever gets them. */
const TAKEN_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'age',
  'allow',
  'authorization',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-location',
  'content-range',
  'content-security-policy',
  'content-type',
  'cookie',
  'date',
  'etag',
  'expect',
  'expires',
  'host',
  'http2-settings',
  'keep-alive',
  'last-modified',
  'location',
  'origin',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'retry-after',
  'server',
  'set-cookie',
  'strict-transport-security',
  'te',
  'traceparent',
  'tracestate',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'vary',
  'via',
  'www-authenticate',
])

/** A token of RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/

/** @throws TypeError or RangeError naming the option that is wrong. */
export function resolveRequestContextOptions(options: RequestContextOptions = {}): RequestContextSettings {
  assertOptions('requestContext', options, KNOWN)
  return {
    header: headerName(options.header ?? 'x-request-id'),
    trustInbound: flag('trustInbound', options.trustInbound ?? false),
    accessLog: flag('accessLog', options.accessLog ?? true),
    makeId: maker(options.makeId ?? (() => randomUUID())),
  }
}

function headerName(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`header must be the name of an HTTP header, got ${shown(value)}`)
  const name = value.toLowerCase()
  if (HEADER_NAME.test(name) && !TAKEN_HEADERS.has(name)) return name
  throw new RangeError(`header must be the name of an HTTP header that has no other meaning, got ${shown(value)}`)
}

function flag(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new TypeError(`${option} must be true or false, got ${shown(value)}`)
}

function maker(value: unknown): () => unknown {
  if (typeof value === 'function') return value as () => unknown
  throw new TypeError(`makeId must be a function, got ${shown(value)}`)
}
