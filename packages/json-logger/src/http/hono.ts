import { type Context, runInContext } from '../context.ts'
import { accessLine } from './access-line.ts'
import { pinContext, pinnedContext } from './bind-request.ts'
import type { NodeRequest, NodeResponse } from './node-exchange.ts'
import { headersOf } from './outgoing-headers.ts'
import { openContext, openNodeContext } from './request-context.ts'
import {
  type RequestContextOptions,
  type RequestContextSettings,
  resolveRequestContextOptions,
} from './request-context-options.ts'

/** Hono's `c`, as far as it is used here. */
export interface HonoContextLike {
  readonly req: {
    readonly raw: object
    readonly method: string
    readonly path: string
    header(name: string): string | undefined
  }
  readonly res: { readonly status: number; readonly headers: { get(name: string): string | null } }
  /** Of `@hono/node-server`: `incoming` and `outgoing`, the request and response of Node.js. */
  readonly env: unknown
  header(name: string, value: string): void
}

/** A Hono middleware: give it to `app.use`. */
export type HonoRequestContextMiddleware = (c: HonoContextLike, next: () => Promise<void>) => Promise<void>

/**
 * The middleware of {@link requestContext} for Hono: `app.use(honoRequestContext())`, first of all. On `@hono/node-server`
 * the access line is written when the response is sent or closed early; elsewhere (`app.request`, other runtimes), where
 * that cannot be seen, when the handlers have answered.
 * @throws TypeError or RangeError for a wrong option.
 */
export function honoRequestContext(options?: RequestContextOptions): HonoRequestContextMiddleware {
  const settings = resolveRequestContextOptions(options)
  return async (c, next) => {
    const context = nodeContext(c, settings)
    if (context === undefined) return runFetch(c, next, settings)
    pinContext(context, c, c.req, c.req.raw)
    await runInContext(context, next)
    setResponseHeaders(c, context)
  }
}

/** The context of the Node.js request below `c`, where there is one. */
function nodeContext(c: HonoContextLike, settings: RequestContextSettings): Context | undefined {
  const { incoming, outgoing } = (c.env ?? {}) as { incoming?: NodeRequest; outgoing?: NodeResponse }
  return incoming && outgoing ? openNodeContext(incoming, outgoing, settings) : undefined
}

async function runFetch(
  c: HonoContextLike,
  next: () => Promise<void>,
  settings: RequestContextSettings,
): Promise<void> {
  const known = pinnedContext(c.req.raw)
  if (known !== undefined) return runInContext(known, next)
  const context = openContext((name) => c.req.header(name), settings)
  pinContext(context, c, c.req, c.req.raw)
  const write = settings.accessLog ? accessLine(context, c.req.method, c.req.path) : undefined
  try {
    await runInContext(context, next)
    setResponseHeaders(c, context)
    const length = c.res.headers.get('content-length')
    write?.({ status: c.res.status, bytes: length === null ? undefined : Number(length), aborted: false })
  } catch (error) {
    // Hono answers errors inside `next`; what still comes out is no Error, and the runtime answers it with 500.
    write?.({ status: 500, bytes: undefined, aborted: false })
    throw error
  }
}

/** After the handlers: a response they made themselves would not take over headers set before. */
function setResponseHeaders(c: HonoContextLike, context: Context): void {
  try {
    for (const [name, value] of Object.entries(headersOf(context))) c.header(name, value)
  } catch {
    // A response that cannot be changed (an upgrade) goes out as it is.
  }
}
