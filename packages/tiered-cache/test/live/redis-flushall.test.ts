import { setImmediate } from 'node:timers/promises'
import { eventually, type RedisServer, seededRandom, startRedis, testSeed } from '@org/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'
import { type CacheNode, cacheNode } from './cache-node.fixture.ts'
import { againAndAgain, operatorOf } from './operator.fixture.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

const SEED = testSeed()
const ROWS = 10
const FLUSHES = 30

noUnhandledRejections()
let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.stop())

async function twoNodes(prefix: string): Promise<readonly [CacheNode, CacheNode]> {
  const [a, b] = [cacheNode(server, { prefix, deadline: Infinity }), cacheNode(server, { prefix, deadline: Infinity })]
  await Promise.all([a.cache.ready(), b.cache.ready()])
  await eventually(() => expect([a.gaps(), b.gaps()]).toEqual([1, 1]))
  return [a, b]
}

/** A row of the database, whose version grows. Who has written it tells his cache before anybody writes it again. */
class Row {
  readonly key: string
  version = 0
  /** Up to which version each node's own writes are acknowledged. */
  readonly #acknowledged = new Map<CacheNode, number>()

  constructor(at: number) {
    this.key = `row ${at}`
  }

  async write(node: CacheNode, isSet: boolean): Promise<void> {
    const version = ++this.version
    const { reached } = await (isSet ? node.cache.set(this.key, version) : node.cache.delete(this.key))
    expect(reached).toBe(true)
    this.#acknowledged.set(node, version)
  }

  /** A load takes a while, during which the row may be written. */
  async read(node: CacheNode): Promise<void> {
    const least = this.#acknowledged.get(node) ?? 0
    const value = await node.cache.getOrSet(this.key, async () => {
      const { version } = this
      await node.cache.get('what takes a while')
      return version
    })
    expect(value).toBeGreaterThanOrEqual(least)
    // A hit in memory gives nobody else a turn.
    await setImmediate()
  }

  /** Nothing is right as well: whoever asks then, loads. */
  async isRightAt({ cache }: CacheNode): Promise<void> {
    expect([undefined, this.version]).toContain(await cache.get(this.key))
  }
}

/** `to` has heard everything that was published or flushed so far. */
async function hears(to: CacheNode, from: CacheNode): Promise<void> {
  await to.cache.getOrSet('mark', () => 'old')
  expect(to.cache.getSync('mark')).toBe('old')
  await from.cache.set('mark', 'new')
  await eventually(() => expect(to.cache.getSync('mark')).not.toBe('old'))
  await from.cache.delete('mark')
}

describe('Nodes whose Redis is flushed', { timeout: 30_000 }, () => {
  it('hear of it without another message, and empty their memory', async () => {
    const [a, b] = await twoNodes(ownPrefix())
    for (let at = 0; at < 5; at++) await a.cache.set(`key ${at}`, at)
    for (let at = 0; at < 5; at++) await b.cache.get(`key ${at}`)
    expect([a.held(), b.held()]).toEqual([5, 5])
    const operator = await operatorOf(server)
    await operator('FLUSHALL')
    await eventually(() => expect([a.held(), b.held()]).toEqual([0, 0]))
    expect([a.gaps(), b.gaps()]).toEqual([2, 2])
  })

  it(`again and again hold nothing that is older than the last write, once it is quiet (TEST_SEED=${SEED})`, async () => {
    const prefix = ownPrefix()
    const random = seededRandom(SEED)
    const nodes = await twoNodes(prefix)
    const rows = Array.from({ length: ROWS }, (_, at) => new Row(at))
    const operator = await operatorOf(server)
    let flushes = 0
    const isOver = (): boolean => flushes >= FLUSHES
    const ended = againAndAgain(async () => {
      await operator('FLUSHALL')
      for (let turns = random.int(0, 20); turns > 0; turns--) await operator('PING')
      flushes++
    })
    const writers = rows.map(async (row) => {
      while (!isOver()) await row.write(random.pick(nodes), random.chance(0.7))
    })
    const readers = rows.flatMap((row) =>
      nodes.map(async (node) => {
        while (!isOver()) await row.read(node)
      }),
    )
    await Promise.all([...writers, ...readers])
    await ended()
    await Promise.all(nodes.map(({ cache }) => cache.idle()))
    const [a, b] = nodes
    await hears(a, b)
    await hears(b, a)
    const third = cacheNode(server, { prefix, deadline: Infinity })
    await third.cache.ready()
    for (const row of rows) {
      for (const node of [a, b, third]) await row.isRightAt(node)
      const values = await Promise.all(nodes.map(({ cache }) => cache.getOrSet(row.key, () => row.version)))
      expect(values).toEqual([row.version, row.version])
    }
    for (const node of nodes) expect([node.gaps() > 3, node.faults]).toEqual([true, []])
  })
})
