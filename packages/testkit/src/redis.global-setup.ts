import type { TestProject } from 'vitest/node'
import { startRedis } from './redis-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A real Redis that all test files share: keep to a prefix of your own and never flush it. */
    redisUrl: string
  }
}

/**
 * Gives every test a real Redis through `inject('redisUrl')`: the one of `REDIS_URL`, else one started here and stopped
 * at the end.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env['REDIS_URL']
  if (given !== undefined && given !== '') {
    project.provide('redisUrl', given)
    return undefined
  }
  const server = await startRedis()
  project.provide('redisUrl', server.url)
  return () => server.stop()
}
