/**
 * A client of ioredis 5 or 6 or of iovalkey, `Redis` or `Cluster`, with Sentinel or without: what tells it from other objects.
 * It is never closed nor changed by what is given it, but for one `error` listener.
 */
export interface IoredisLike {
  readonly status: string
  call(command: string, ...args: never[]): Promise<unknown>
  duplicate(...args: never[]): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}
