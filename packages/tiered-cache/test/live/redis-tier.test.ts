import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { createCluster } from 'redis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { redisTier } from '../../src/redis/redis-tier.ts'
import type { RedisTierOptions } from '../../src/redis/redis-tier-options.ts'
import { tierConformance } from '../../src/testing/tier-conformance.ts'
import type { Tier } from '../../src/tiers/tier.ts'
import { plainRedisCommands } from '../redis-commands.fixture.ts'
import { entryOf, ownPrefix } from '../redis-tier.fixture.ts'
import { STANDALONE_CLIENTS } from './redis-clients.fixture.ts'

// The machine may be busy: a set that took longer than its deadline would be refused.
const patient = (): RedisTierOptions => ({ prefix: ownPrefix(), deadline: '10s' })

for (const [variant, lease] of [
  ['with leases', undefined],
  ['without leases', false],
] as const) {
  tierConformance(
    { describe, it },
    {
      name: `RedisTier ${variant}, by url`,
      createTier: () => redisTier({ ...patient(), url: inject('redisUrl'), lease }),
    },
  )
}

describe.each(STANDALONE_CLIENTS)('RedisTier over %s', (_, make) => {
  let user: ReturnType<typeof make>
  beforeAll(async () => {
    user = make(Number(new URL(inject('redisUrl')).port))
    await user.connect()
  })
  afterAll(() => user.close())

  tierConformance(
    { describe, it },
    { name: 'the tier', createTier: (): Tier => redisTier({ ...patient(), client: user.client }) },
  )
})

// One node with all slots: it refuses a command or a script whose keys lie in several, as every cluster does.
describe('RedisTier on a cluster', () => {
  let server: RedisServer
  let client: ReturnType<typeof clusterClient>
  beforeAll(async () => {
    server = await startRedis({ args: ['--cluster-enabled', 'yes'] })
    const commands = plainRedisCommands(server.url)
    await commands.open()
    await commands.send('', ['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
    await eventually(async () => String(await commands.send('', ['CLUSTER', 'INFO'])).includes('cluster_state:ok'))
    await commands.close()
    client = clusterClient(server)
    await client.connect()
  })
  afterAll(async () => {
    client.destroy()
    await server.stop()
  })

  tierConformance({ describe, it }, { name: 'the tier', createTier: (): Tier => redisTier({ ...patient(), client }) })

  it('reads, writes and deletes many keys of many slots', async () => {
    const tier = redisTier({ ...patient(), client })
    const keys = Array.from({ length: 300 }, (__, index) => `key:${index}`)
    await tier.setMany?.(keys.map((key, index) => [key, entryOf(index)]))
    expect((await tier.getMany?.(keys))?.map((entry) => entry?.value)).toStrictEqual(keys.map((__, index) => index))
    await tier.deleteMany?.(keys)
    expect(await tier.getMany?.(keys)).toStrictEqual(keys.map(() => undefined))
  })
})

function clusterClient(server: RedisServer) {
  const client = createCluster({ rootNodes: [{ url: server.url }] })
  client.on('error', () => {})
  return client
}
