import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from './ask.fixture.ts'
import { eventually } from './eventually.ts'
import { type RedisCluster, startCluster } from './redis-cluster.ts'
import type { RedisServer } from './redis-server.ts'

describe('RedisCluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  }, 30_000)
  afterAll(() => cluster.stop())

  it('gives each of three masters a third of the slots, in their order', async () => {
    const [first, second, third] = cluster.nodes.map(({ port }) => port) as [number, number, number]
    // The slots of these keys are 3300, 7365 and 15495.
    await expect(ask(third, 'GET b')).resolves.toBe(`-MOVED 3300 127.0.0.1:${first}\r\n`)
    await expect(ask(first, 'GET c')).resolves.toBe(`-MOVED 7365 127.0.0.1:${second}\r\n`)
    await expect(ask(first, 'GET a')).resolves.toBe(`-MOVED 15495 127.0.0.1:${third}\r\n`)
  })

  it('is whole again when a master that was killed is back', { timeout: 30_000 }, async () => {
    const [, second, third] = cluster.nodes as [RedisServer, RedisServer, RedisServer]
    await second.kill()
    await eventually(async () => (await ask(third.port, 'CLUSTER INFO')).includes('cluster_slots_fail:5462'), {
      within: 15_000,
    })
    await second.restart()
    await cluster.whole()
    await expect(ask(second.port, 'GET c')).resolves.toBe('$-1\r\n')
  })
})
