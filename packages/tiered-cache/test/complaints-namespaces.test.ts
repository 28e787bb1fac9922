import type { CacheVerbs, TieredCache } from '@org/tiered-cache'
import { eventually, seededRandom, testSeed } from '@org/testkit'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LISTING, realTiers, total } from './real-tiers.fixture.ts'

const SEED = testSeed()
const real = realTiers()

describe('Where bentocache had complaints about namespaces, TieredCache', () => {
  // bentocache #67, PR #68
  it.each(['users', 'users*', 'users[A]?'])('clears one namespace alone, which is "%s"', async (own) => {
    const client = new Redis(real.net.redis.port, { keyPrefix: 'client:' })
    onTestFinished(() => client.disconnect())
    const { cache } = await real.node<string>({ source: { client }, hasBus: false })
    const other = await real.node<string>({ source: { client }, hasBus: false })
    const spaces = (of: TieredCache<string>): readonly CacheVerbs<string>[] => [
      ...[own, 'usersAbc', 'usersA1', 'user'].map((name) => of.namespace<string>(name)),
      of,
    ]
    for (const space of spaces(cache)) await space.set('key', 'v1')
    const sent = await real.commands(() => cache.namespace(own).clear())
    expect(total(sent, LISTING)).toBe(0)
    for (const of of [cache, other.cache]) {
      const left = await Promise.all(spaces(of).map((space) => space.get('key')))
      expect(left).toEqual([undefined, 'v1', 'v1', 'v1', 'v1'])
    }
  })

  // bentocache #72
  it(`tells other nodes of writes in every namespace, and in none (seed ${SEED})`, async () => {
    const random = seededRandom(SEED)
    const [a, b] = [await real.node<string>(), await real.node<string>()]
    const names = ['', 'a', 'ab', 'a:b']
    const space = (of: TieredCache<string>, name: string): CacheVerbs<string> => (name === '' ? of : of.namespace(name))
    const latest = new Map<string, string | undefined>()
    for (let step = 0; step < 60; step++) {
      const [name, verb] = [random.pick(names), random.pick(['set', 'delete', 'clear', 'invalidateTag'] as const)]
      for (const each of names) await space(b.cache, each).get('k')
      const written = space(a.cache, name)
      if (verb === 'set') await written.set('k', `v${step}`, { tags: ['t'] })
      else if (verb === 'delete') await written.delete('k')
      else if (verb === 'clear') await written.clear()
      else await written.invalidateTag('t')
      // Without a name it is the whole cache that is cleared.
      if (verb === 'clear' && name === '') latest.clear()
      else latest.set(name, verb === 'set' ? `v${step}` : undefined)
      for (const each of names) {
        await eventually(async () => expect(await space(b.cache, each).get('k')).toBe(latest.get(each)))
      }
    }
  })
})

describe('Where keyv had complaints about namespaces, TieredCache', () => {
  // keyv #1142, #1255, #1274, #1398
  it('puts the name of a namespace once before a key, and keeps equal keys of namespaces apart', async () => {
    const [a, b] = [await real.node<string>(), await real.node<string>()]
    const names = ['users', 'orders', 'users:users']
    for (const name of names) await a.cache.namespace<string>(name).set('7', `in ${name}`)
    await a.cache.set('7', 'in none')
    for (const { cache } of [a, b]) {
      for (const name of names) await expect(cache.namespace<string>(name).get('7')).resolves.toBe(`in ${name}`)
      await expect(cache.get('7')).resolves.toBe('in none')
    }
    const keys = (await real.keys()).filter((key) => key.endsWith('7'))
    expect(keys).toHaveLength(names.length + 1)
    expect(keys.filter((key) => key.includes('orders')).map((key) => key.split('orders').length)).toEqual([2])
  })

  // keyv #455
  it('keeps no list of the keys of a namespace, and clears it by as few commands however many it has', async () => {
    const { cache } = await real.node<number>()
    const cost = async (name: string, count: number): Promise<number> => {
      const space = cache.namespace<number>(name)
      await space.set('first', 0)
      const before = (await real.keys()).length
      await space.setMany(Array.from({ length: count }, (_, at) => [`k ${at}`, at] as const))
      expect((await real.keys()).length - before).toBe(count)
      const sent = await real.commands(() => space.clear())
      expect(total(sent, LISTING)).toBe(0)
      await expect(space.get('k 1')).resolves.toBeUndefined()
      return total(sent, ['evalsha', 'eval', 'set', 'del', 'mget', 'get', 'xadd'])
    }
    await cost('warm', 1)
    expect(await cost('large', 2_000)).toBeLessThanOrEqual((await cost('small', 10)) + 1)
  })
})
