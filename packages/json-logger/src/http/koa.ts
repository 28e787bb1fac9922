import { type Context, runInContext } from '../context.ts'
import { pinContext } from './bind-request.ts'
import { type NodeRequest, type NodeResponse, setHeaders } from './node-exchange.ts'
import { headersOf } from './outgoing-headers.ts'
import { openNodeContext } from './request-context.ts'
import { type RequestContextOptions, resolveRequestContextOptions } from './request-context-options.ts'

/** Koa's `ctx`, as far as it is used here. */
export interface KoaContextLike {
  readonly req: NodeRequest
  readonly res: NodeResponse
  readonly request: object
  readonly response: object
  onerror: (error: Error) => void
}

/** A Koa middleware: give it to `app.use`. */
export type KoaRequestContextMiddleware = (ctx: KoaContextLike, next: () => Promise<unknown>) => Promise<unknown>

/**
 * The middleware of {@link requestContext} for Koa: `app.use(koaRequestContext())`, first of all. The app's `'error'`
 * listeners run in the request's context too, and the answers that Koa gives to errors carry the id.
 * @throws TypeError or RangeError for a wrong option.
 */
export function koaRequestContext(options?: RequestContextOptions): KoaRequestContextMiddleware {
  const settings = resolveRequestContextOptions(options)
  return (ctx, next) => {
    const context = openNodeContext(ctx.req, ctx.res, settings)
    pinContext(context, ctx, ctx.request, ctx.response)
    keepErrors(ctx, context)
    return runInContext(context, next)
  }
}

/** Koa handles errors outside all middleware, and takes all headers off first. */
function keepErrors(ctx: KoaContextLike, context: Context): void {
  const { onerror } = ctx
  const inContext: KoaContextLike['onerror'] = (error) => {
    if (error) restoreHeaders(ctx.res, context)
    runInContext(context, () => onerror.call(ctx, error))
  }
  Object.assign(ctx, { onerror: inContext })
}

/** Sets the id's headers again at the last moment before the head is written. */
function restoreHeaders(response: NodeResponse, context: Context): void {
  const target = response as unknown as { writeHead: (...args: unknown[]) => unknown }
  const writeHead = target.writeHead
  target.writeHead = function writeHeadWithId(...args) {
    setHeaders(response, headersOf(context))
    return writeHead.apply(this, args)
  }
}
