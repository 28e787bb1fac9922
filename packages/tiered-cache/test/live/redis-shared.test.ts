import { gate, type RedisServer, startRedis } from '@org/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'
import { type CacheNode, cacheNode } from './cache-node.fixture.ts'
import { operatorOf } from './operator.fixture.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

const CALLERS = 20

noUnhandledRejections()
let server: RedisServer
let prefix: string
let a: CacheNode
let b: CacheNode
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())
beforeEach(async () => {
  prefix = ownPrefix()
  a = cacheNode(server, { prefix, deadline: Infinity })
  b = cacheNode(server, { prefix, deadline: Infinity })
  await Promise.all([a.cache.ready(), b.cache.ready()])
})

describe('Two nodes over one Redis', () => {
  it('agree on the value of a set that overtook the slow load of the other', async () => {
    const [begun, go] = [gate(), gate()]
    const loaded = a.cache.getOrSet('key', async () => {
      begun.open()
      await go.promise
      return 'v1'
    })
    await begun.promise
    await expect(b.cache.set('key', 'v2')).resolves.toEqual({ reached: true })
    go.open()
    await loaded
    await a.cache.idle()
    expect([await a.cache.get('key'), await b.cache.get('key')]).toEqual(['v2', 'v2'])
  })

  it.each([0, '', false, null, Number.NaN, 0n])('share the value %s, which is found and not loaded', async (value) => {
    await a.cache.set('key', value)
    await expect(b.cache.getOrSet('key', () => 'loaded')).resolves.toBe(value)
    expect(b.cache.getSync('key')).toBe(value)
  })

  it('name the tier of each hit, and lengthen no life on the way to memory', async () => {
    await a.cache.set('key', 1, { ttl: '1m' })
    const hits: string[] = []
    b.cache.on('hit', ({ tier }) => hits.push(tier))
    await b.cache.get('key')
    await b.cache.get('key')
    expect(hits).toEqual(['redis', 'memory'])
    const { storedAt, staleAt, expiresAt } = (await a.cache.entry('key'))!
    await expect(b.cache.entry('key')).resolves.toMatchObject({ storedAt, staleAt, expiresAt })
  })

  it('tell each other keys, and no values', async () => {
    await a.cache.set('key', 'a value')
    await a.cache.delete('key')
    const operator = await operatorOf(server)
    const told = JSON.stringify(await operator('XRANGE', `${prefix}bus`, '-', '+'))
    expect(told).toContain('key')
    expect(told).not.toContain('a value')
  })

  it('ask Redis once for all who want a key at the same time', async () => {
    await a.cache.set('key', 1)
    const operator = await operatorOf(server)
    await operator('CONFIG', 'RESETSTAT')
    const values = await Promise.all(Array.from({ length: CALLERS }, () => b.cache.get('key')))
    expect(new Set(values)).toEqual(new Set([1]))
    expect(String(await operator('INFO', 'commandstats'))).toMatch(/cmdstat_mget:calls=1,/)
  })

  it('run a loader that fails once for all who wait on a node, tell its error, and keep no lease', async () => {
    let loads = 0
    const fails = async (): Promise<never> => {
      loads++
      throw new Error('the source is away')
    }
    const outcomes = await Promise.allSettled(Array.from({ length: CALLERS }, () => a.cache.getOrSet('key', fails)))
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: { message: 'the source is away' } })
    expect(loads).toBe(1)
    await a.cache.idle()
    await expect(b.cache.getOrSet('key', () => 'loaded')).resolves.toBe('loaded')
    await expect(a.cache.get('key')).resolves.toBe('loaded')
  })
})
