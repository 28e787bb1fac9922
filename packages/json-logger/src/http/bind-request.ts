import { type Context, currentContext, runInContext } from '../context.ts'

/** The context of each request under way, by every object that stands for it. Holds none of them alive. */
const contexts = new WeakMap<object, Context>()

/** Remembers `context` as that of the request which each of `objects` stands for. */
export function pinContext(context: Context, ...objects: readonly unknown[]): void {
  for (const object of objects) {
    if (typeof object === 'object' && object !== null) contexts.set(object, context)
  }
}

/** The context that {@link pinContext} remembered. O(1). */
export function pinnedContext(object: object): Context | undefined {
  return contexts.get(object)
}

/**
 * Runs `fn` in the context of a request again, where a library lost it; `request` is any object that the framework hands
 * out for it: node:http's or Express's request or response, Fastify's request or reply, Koa's `ctx`, Hono's `c`, or the raw
 * Node.js request below them. Outside any known request `fn` just runs. Throws what `fn` throws.
 *
 * Not needed in handlers, promises, timers and streams begun in the request, nor in listeners on the request and the
 * response themselves: the middleware keeps the context there. Needed where a callback is called by something that outlives
 * the request: a listener on the socket, a pool or queue of one's own, an emitter that many requests share.
 */
export function bindRequest<T>(request: object, fn: () => T): T {
  const context = contexts.get(request)
  return context === undefined || isInside(context) ? fn() : runInContext(context, fn)
}

/**
 * Has every listener of an emitter run in `context`, whoever emits. AsyncLocalStorage follows the one who emits: a body
 * that arrives in pieces is emitted by the socket's parser, which knows no request, or that of a neighbour on the same
 * connection. So `emit` of this one object is covered; listeners themselves stay untouched and can be removed as always.
 */
export function keepContext(emitter: object, context: Context): void {
  const target = emitter as { emit?: (...args: unknown[]) => boolean }
  const emit = target.emit
  if (typeof emit !== 'function') return
  target.emit = function emitInContext(...args) {
    return isInside(context) ? emit.apply(this, args) : runInContext(context, () => emit.apply(this, args))
  }
}

/** Whether the running work belongs to the request already: then it may have fields of its own, which are kept. */
function isInside(context: Context): boolean {
  // Each request has trace ids of its own, and inner contexts keep the very object.
  return currentContext()?.trace === context.trace
}
