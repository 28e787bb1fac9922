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

/** `undefined` where there is no origin to protect: `data:` and `blob:`, and what is no URL at all. */
export function targetOf(input: FetchInput, init: FetchInit): FetchTarget | undefined {
  const request = typeof input === 'object' && 'url' in input ? input : undefined
  const url = typeof input === 'string' ? input : 'url' in input ? input.url : input.href
  if (!URL.canParse(url)) return undefined
  const { origin } = new URL(url)
  if (origin === 'null') return undefined
  const method = (init?.method ?? request?.method ?? 'GET').toUpperCase()
  // `null` takes the signal of a Request away, `undefined` leaves it.
  const signal = init?.signal === undefined ? request?.signal : (init.signal ?? undefined)
  return { origin, signal, isRepeatable: IDEMPOTENT.has(method) && isReplayable(init?.body ?? request?.body) }
}

/** Streams and iterables can be read once; the body of a Request is a stream, whatever it was made of. */
function isReplayable(body: unknown): boolean {
  if (body === undefined || body === null || typeof body === 'string') return true
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return true
  return body instanceof URLSearchParams || body instanceof Blob || body instanceof FormData
}
