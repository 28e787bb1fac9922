import { runInContext } from '../context.ts'
import { pinContext } from './bind-request.ts'
import type { NodeRequest, NodeResponse } from './node-exchange.ts'
import { openNodeContext } from './request-context.ts'
import { type RequestContextOptions, resolveRequestContextOptions } from './request-context-options.ts'

/** A Fastify instance, as far as it is used here. */
export interface FastifyLike {
  // Its own type has an overload per hook, which no structural type matches.
  addHook(name: 'onRequest', hook: never): unknown
}

/** A Fastify plugin: give it to `app.register`. */
export type FastifyRequestContextPlugin = (app: FastifyLike, options: unknown, done: () => void) => void

type OnRequest = (request: { raw: NodeRequest }, reply: { raw: NodeResponse }, done: () => void) => void

/**
 * The middleware of {@link requestContext} as a Fastify plugin: `app.register(fastifyRequestContext())`. It counts for the
 * whole app, also for routes of other plugins and for 404s; register it before plugins whose own hooks should have it.
 * @throws TypeError or RangeError for a wrong option.
 */
export function fastifyRequestContext(options?: RequestContextOptions): FastifyRequestContextPlugin {
  const settings = resolveRequestContextOptions(options)
  const onRequest: OnRequest = (request, reply, done) => {
    const context = openNodeContext(request.raw, reply.raw, settings)
    pinContext(context, request, reply)
    runInContext(context, done)
  }
  const plugin: FastifyRequestContextPlugin = (app, _options, done) => {
    app.addHook('onRequest', onRequest as never)
    done()
  }
  return Object.assign(plugin, {
    // What fastify-plugin sets: hooks belong to the parent, not to a scope of the plugin's own.
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@org/json-logger',
  })
}
