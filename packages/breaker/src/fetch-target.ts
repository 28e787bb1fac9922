type FetchInput = Parameters<typeof globalThis.fetch>[0]
type FetchInit = Parameters<typeof globalThis.fetch>[1]

/** What has to be known of a request before it is sent. */
export interface FetchTarget {
  /** Scheme, host and port. */
  readonly origin: string
  /** The caller's own. */
  readonly signal: AbortSignal | undefined
  /** Whether it may be sent twice: its method is idempotent (RFC 9110, 9.2.2), and its body is still there afterwards. */
  readonly isRepeatable: boolean
}

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])

/** `undefined` where there is no server to protect: any scheme but `http:` and `https:`, and what is no URL at all. */
export function targetOf(input: FetchInput, init: FetchInit): FetchTarget | undefined {
  const request = isRequest(input) ? input : undefined
  const url = request?.url ?? asString(input)
  if (!URL.canParse(url)) return undefined
  const { origin, protocol } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') return undefined
  const method = init?.method === undefined ? (request?.method ?? 'GET') : asString(init.method)
  // `null` takes the signal of a Request away, `undefined` leaves it.
  const signal = init?.signal === undefined ? request?.signal : (init.signal ?? undefined)
  const isRepeatable = IDEMPOTENT.has(method.toUpperCase()) && isReplayable(init?.body ?? request?.body)
  return { origin, signal, isRepeatable }
}

/** What types let nobody give, `fetch` makes a string as well: a number for a method, an object that has a `toString`. */
function asString(value: unknown): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- what has no string of its own is no URL and no method
  return String(value)
}

/** By its tag, since the Request of another copy of undici is one too. */
function isRequest(input: FetchInput): input is Request {
  return Object.prototype.toString.call(input) === '[object Request]'
}

/** Streams and iterables can be read once; the body of a Request is a stream, whatever it was made of. */
function isReplayable(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return true
  return body instanceof URLSearchParams || body instanceof Blob || body instanceof FormData
}
