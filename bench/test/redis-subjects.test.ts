import { type RedisServer, startRedis } from '@org/testkit'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEYS, makeBatches, VALUE_BYTES } from '../src/redis/batches.ts'
import { type Case, type CaseKind, CASES } from '../src/redis/cases.ts'
import { type ContestantId, subjectOf } from '../src/redis/contestants.ts'
import { withNamespace } from '../src/redis/namespace.ts'
import { mustBeRight, mustBeSet } from '../src/redis/proof.ts'
import { readAwaited, readSync } from '../src/redis/sample.ts'

let server: RedisServer
let client: Awaited<ReturnType<typeof connected>>
const connected = (url: string) => createClient({ url }).connect()
beforeAll(async () => {
  server = await startRedis()
  client = await connected(server.url)
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})

const contestantsOf = (...kinds: readonly CaseKind[]): ContestantId[] => {
  const cases: readonly Case[] = CASES
  return [...new Set(cases.filter(({ kind }) => kinds.includes(kind)).flatMap(({ contestants }) => contestants))]
}
const BATCHES = makeBatches(100).slice(0, 3)
const place = (namespace: string, memoryEntries: number) => ({ url: server.url, namespace, memoryEntries })
const open = async (contestant: ContestantId, namespace: string, memoryEntries: number) =>
  (await subjectOf(contestant, 'store'))(place(namespace, memoryEntries))
const readsOfRedis = async (): Promise<number> =>
  Number(/^keyspace_hits:(\d+)/m.exec(await client.info('stats'))?.[1] ?? Number.NaN)
/** Every wait for a lease or a start has its place in it. */
const PATIENCE = { timeout: 30_000 }

// What is compared must be the same work: a contestant that read its memory or did not wait for Redis would look fast.
describe('the stores of the Redis contest', PATIENCE, () => {
  it.each(contestantsOf('get', 'get-many'))(
    '%s reads every value from Redis, one by one and all at once',
    async (id) => {
      const namespace = `read:${id}:`
      const filler = await open(id, namespace, KEYS)
      for (const batch of BATCHES) mustBeSet(await filler.set(batch), batch)
      await filler.close()
      const store = await open(id, namespace, 1)
      for (const method of ['get', 'getMany'] as const) {
        const before = await readsOfRedis()
        for (const batch of BATCHES) mustBeRight(await store[method](batch.keys), batch)
        // With room for one entry memory may have one of the keys.
        expect(await readsOfRedis()).toBeGreaterThanOrEqual(before + 3 * 100 - 3)
      }
      await store.close()
    },
  )

  it.each(contestantsOf('set'))('%s: a set that was awaited is in Redis', async (id) => {
    const namespace = `set:${id}:`
    const store = await open(id, namespace, KEYS)
    const [batch] = BATCHES
    mustBeSet(await store.set(batch!), batch!)
    const stored = await client.keys(`${namespace}*rec-*`)
    expect(stored.length).toBe(100)
    const ttls = await Promise.all(stored.map((key) => client.ttl(key)))
    expect(Math.min(...ttls)).toBeGreaterThan(3000)
    expect(Math.max(...ttls)).toBeLessThanOrEqual(2 * 3600)
    await store.close()
  })

  it.each(['ours', 'ours-bus', 'bentocache', 'cacheable', 'cache-manager'] as const)(
    '%s: it is in memory too',
    async (id) => {
      const store = await open(id, `both:${id}:`, KEYS)
      const [batch] = BATCHES
      await store.set(batch!)
      const before = await readsOfRedis()
      mustBeRight(await store.get(batch!.keys), batch!)
      // A bus reads its stream meanwhile.
      expect(await readsOfRedis()).toBeLessThan(before + 10)
      await store.close()
    },
  )

  it.each(contestantsOf('sync', 'awaited'))('%s: reads of memory give the very values', async (id) => {
    const [batch] = makeBatches(1000)
    const memory = await (await subjectOf(id, 'memory'))(place(`memory:${id}:`, KEYS), batch!)
    expect(readSync(memory, batch!)).toBe(1000)
    expect(await readAwaited(memory, batch!)).toBe(1000)
  })
})

describe('the batches of the Redis contest', () => {
  it('are all keys, each once, with values of one length', () => {
    const batches = makeBatches(100)
    expect(new Set(batches.flatMap(({ keys }) => keys)).size).toBe(KEYS)
    const lengths = batches.flatMap(({ values }) => values.map((value) => JSON.stringify(value).length))
    expect(new Set(lengths)).toEqual(new Set([VALUE_BYTES]))
  })
})

describe('withNamespace', () => {
  it('clears what was written below it, also after a failure, and nothing else', async () => {
    await client.set('somebody else', 'stays')
    const work = async (namespace: string): Promise<never> => {
      for (const { keys } of makeBatches(1000)) {
        await client.mSet(keys.map((key): [string, string] => [namespace + key, '1']))
      }
      throw new Error('interrupted')
    }
    await expect(withNamespace(server.url, work)).rejects.toThrow('interrupted')
    expect(await client.keys('bench:*')).toEqual([])
    expect(await client.get('somebody else')).toBe('stays')
  })
})

describe('the proof of reads and sets', () => {
  const [batch] = makeBatches(100)
  const { keys, values } = batch!

  it('takes what is right', () => {
    expect(() => mustBeRight(values, batch!)).not.toThrow()
    expect(() => mustBeRight(keys.length, batch!)).not.toThrow()
    expect(() =>
      mustBeSet(
        keys.map(() => ({ reached: true })),
        batch!,
      ),
    ).not.toThrow()
    expect(() =>
      mustBeSet(
        keys.map(() => 'OK'),
        batch!,
      ),
    ).not.toThrow()
  })

  it('refuses values that are missing or wrong, and sets that did not arrive', () => {
    expect(() => mustBeRight(values.toReversed(), batch!)).toThrow('100 of 100 reads gave no value, or a wrong one')
    expect(() => mustBeRight(values.with(3, undefined as never), batch!)).toThrow('1 of 100')
    expect(() => mustBeRight(99, batch!)).toThrow('1 of 100')
    expect(() => mustBeSet([false, { reached: false }, ...keys.slice(2)], batch!)).toThrow(
      '2 of 100 sets did not reach Redis',
    )
  })
})
