/**
 * A client of node-redis 5 or 6, as `createClient`, `createCluster` or `createSentinel` make it: what tells it from other objects.
 * It is never closed nor changed by what is given it, but for one `error` listener.
 */
export interface NodeRedisLike {
  sendCommand(...args: never[]): Promise<unknown>
  duplicate(...args: never[]): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}
