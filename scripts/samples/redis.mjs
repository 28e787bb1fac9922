import { startRedis } from '../../packages/testkit/src/redis-server.ts'

/** Gives `use` the URL of a real Redis: the one of `REDIS_URL`, else one that lives as long as `use` runs. */
export async function withRedis(use) {
  const given = process.env.REDIS_URL
  if (given) return use(given)
  const server = await startRedis()
  try {
    return await use(server.url)
  } finally {
    await server.stop()
  }
}
