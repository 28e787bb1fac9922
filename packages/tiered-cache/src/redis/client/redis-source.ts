import type { IoredisLike } from './ioredis-like.ts'
import type { NodeRedisLike } from './node-redis-like.ts'

/** Where Redis is: an address, or a client of yours. One of them; with neither, `redis://localhost:6379`. */
export interface RedisSource {
  /**
   * `redis://user:password@host:port/database`, or `rediss:` for TLS; user and password percent-encoded. The connection is then
   * ours: made with the package `redis`, opened, kept up and closed by us. Nothing ever shows the password. An authority of your own
   * is trusted where the environment has `NODE_EXTRA_CA_CERTS`; for all else of TLS give a `client`.
   */
  readonly url?: string | undefined
  /** Connected by you, and never closed nor changed by us. */
  readonly client?: NodeRedisLike | IoredisLike | undefined
}
