import { type Context, currentContext, innerContext, runInContext } from '../context.ts'
import { activeTrace } from '../trace-context.ts'
import { accessLine } from './access-line.ts'
import { keepContext, pinContext, pinnedContext } from './bind-request.ts'
import { isAborted, isOver, type NodeRequest, type NodeResponse, setHeaders } from './node-exchange.ts'
import { headersOf } from './outgoing-headers.ts'
import {
  type RequestContextOptions,
  type RequestContextSettings,
  resolveRequestContextOptions,
} from './request-context-options.ts'
import { requestIdOf } from './request-id.ts'
import { hasLostSocket, whenSocketCloses } from './socket-close.ts'
import { newSpan, parseTraceparent } from './traceparent.ts'

/** Runs `next`, and all that it starts, in the request's context. Throws what `next` throws. */
export type RequestContextMiddleware = (request: NodeRequest, response: NodeResponse, next: () => void) => void

/**
 * Middleware for Express, node:http and node:http2 (compatibility API): each request gets an id, which every line written
 * for it has and which its response carries, ids of W3C Trace Context, and one access line. Mount it first.
 *
 * The context holds in handlers, promises, timers, in streams begun inside, and in all listeners on the request and the
 * response, also for bodies that arrive late; elsewhere see {@link bindRequest}. Mounted twice, the outer one counts.
 * @example
 * ```ts
 * const withContext = requestContext()
 * createServer((request, response) => withContext(request, response, () => handle(request, response)))
 * ```
 * @throws TypeError or RangeError for a wrong option.
 */
export function requestContext(options?: RequestContextOptions): RequestContextMiddleware {
  const settings = resolveRequestContextOptions(options)
  return (request, response, next) => runInContext(openNodeContext(request, response, settings), next)
}

/** The context of a Node.js request: made, pinned and put on the response at the first call, the same one after it. */
export function openNodeContext(
  request: NodeRequest,
  response: NodeResponse,
  settings: RequestContextSettings,
): Context {
  const known = pinnedContext(request)
  if (known !== undefined) return known
  const context = openContext((name) => request.headers[name], settings)
  pinContext(context, request, response)
  keepContext(request, context)
  keepContext(response, context)
  setHeaders(response, headersOf(context))
  if (settings.accessLog) watch(context, request, response)
  return context
}

/** A new context from what a request's headers say, as far as they are trusted. */
export function openContext(header: (name: string) => unknown, settings: RequestContextSettings): Context {
  const inbound = settings.trustInbound ? parseTraceparent(header('traceparent')) : undefined
  return innerContext(surroundings(), {
    requestId: requestIdOf(header(settings.header), settings),
    idHeader: settings.header,
    trace: activeTrace() ?? newSpan(inbound),
  })
}

/** What the server runs in. A neighbour on the same connection is none: its end may set off the parsing of this request. */
function surroundings(): Context | undefined {
  const context = currentContext()
  return context?.trace === undefined ? context : undefined
}

function watch(context: Context, request: NodeRequest, response: NodeResponse): void {
  const write = accessLine(context, request.method, request.originalUrl ?? request.url)
  if (write === undefined) return
  // Older Node says 'finish' of an answer whose connection has gone, too.
  const over = (): void => write(answerOf(response, isAborted(response) || hasLostSocket(request, response)))
  // What is closed and has not finished was not sent to its end, whatever it says of itself.
  const closed = (): void => write(answerOf(response, true))
  response.once('finish', over)
  response.once('close', closed)
  // A response that waits behind another of its connection hears nothing of the connection's end in older Node.
  whenSocketCloses(request, response, closed)
  if (isOver(response)) over()
}

function answerOf(
  response: NodeResponse,
  aborted: boolean,
): { status: number | undefined; bytes: number | undefined; aborted: boolean } {
  const length = Number(response.getHeader('content-length'))
  return {
    status: aborted && !response.headersSent ? undefined : response.statusCode,
    bytes: Number.isSafeInteger(length) ? length : undefined,
    aborted,
  }
}
