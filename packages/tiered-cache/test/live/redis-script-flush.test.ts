import { gate, type RedisServer, seededRandom, startRedis, testSeed } from '@org/testkit'
import type { TieredCache } from '@org/tiered-cache'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'
import { type CacheNode, cacheNode } from './cache-node.fixture.ts'
import { againAndAgain, type Operator, operatorOf } from './operator.fixture.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

const SEED = testSeed()
const ROUNDS = 100

noUnhandledRejections()
let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

interface Nodes {
  readonly nodes: readonly CacheNode[]
  /** Another one, which has held nothing so far. */
  readonly reader: TieredCache
}

/** Three nodes of one service, whose Redis forgets its scripts all the time until the test ends. */
async function nodes(): Promise<Nodes> {
  const prefix = ownPrefix()
  const all = Array.from({ length: 4 }, () => cacheNode(server, { prefix, deadline: Infinity }))
  await Promise.all(all.map(({ cache }) => cache.ready()))
  const operator = await operatorOf(server)
  const before = await forgotten(operator)
  onTestFinished(againAndAgain(() => operator('SCRIPT', 'FLUSH')))
  onTestFinished(async () => {
    for (const { faults } of all) expect(faults).toEqual([])
    expect((await forgotten(operator)) - before).toBeGreaterThan(ROUNDS)
  })
  return { nodes: all.slice(1), reader: all[0]!.cache }
}

/** How often it was asked for a script that it did not know. */
async function forgotten(operator: Operator): Promise<number> {
  const stats = String(await operator('INFO', 'errorstats'))
  return Number(/errorstat_NOSCRIPT:count=(\d+)/.exec(stats)?.[1] ?? 0)
}

describe('Nodes whose Redis forgets its scripts again and again', { timeout: 30_000 }, () => {
  it('load each key once, whoever asks', async () => {
    const { nodes: all } = await nodes()
    const rounds = Array.from({ length: ROUNDS }, async (_, at) => {
      let loads = 0
      const load = async (): Promise<string> => `load ${++loads} of ${at}`
      const values = await Promise.all(all.map(({ cache }) => cache.getOrSet(`key ${at}`, load)))
      expect(values).toEqual(all.map(() => `load 1 of ${at}`))
    })
    await Promise.all(rounds)
  })

  it('store no load that a set of another node has overtaken', async () => {
    const { nodes: all, reader } = await nodes()
    const [loading, setting] = [all[0]!.cache, all[1]!.cache]
    const rounds = Array.from({ length: ROUNDS }, async (_, at) => {
      const [begun, go] = [gate(), gate()]
      const loaded = loading.getOrSet(`key ${at}`, async () => {
        begun.open()
        await go.promise
        return 'old'
      })
      await begun.promise
      expect(await setting.set(`key ${at}`, 'new')).toEqual({ reached: true })
      go.open()
      await loaded
    })
    await Promise.all(rounds)
    await loading.idle()
    const values = await Promise.all(rounds.map((_, at) => reader.get(`key ${at}`)))
    expect(values).toEqual(rounds.map(() => 'new'))
  })

  it(`find in Redis what was acknowledged (TEST_SEED=${SEED})`, async () => {
    const { nodes: all, reader } = await nodes()
    const random = seededRandom(SEED)
    const keys = Array.from({ length: ROUNDS / 5 }, async (_, key) => {
      let last: number | undefined
      for (let at = 0; at < 10; at++) {
        const { cache } = random.pick(all)
        last = random.chance(0.8) ? at : undefined
        const { reached } = last === undefined ? await cache.delete(`key ${key}`) : await cache.set(`key ${key}`, last)
        expect(reached).toBe(true)
      }
      expect(await reader.get(`key ${key}`)).toBe(last)
    })
    await Promise.all(keys)
  })
})
