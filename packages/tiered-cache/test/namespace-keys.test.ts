import { describe, expect, it } from 'vitest'
import QuickLRU from 'quick-lru'
import { memoryTier, quickLruTier, type Tier, TieredCache } from '@org/tiered-cache'
import { namespacePrefix } from '../src/key.ts'

const TIERS: readonly (readonly [string, () => Tier])[] = [
  ['memoryTier', () => memoryTier()],
  ['a tier without views of namespaces', () => quickLruTier(new QuickLRU({ maxSize: 100 }))],
]

async function listed<T>(all: AsyncIterable<T> | { [Symbol.asyncIterator](): AsyncIterator<T> }): Promise<T[]> {
  const list: T[] = []
  for await (const each of all) list.push(each)
  return list
}

describe.each(TIERS)('A key of a namespace in %s', (_name, makeTier) => {
  it('is no key of the cache itself, though it is put together rightly', async () => {
    const cache = new TieredCache<number>({ tiers: [makeTier()] })
    await cache.namespace('users').set('a', 1)
    const key = `${namespacePrefix('users')}a`
    expect(() => cache.getSync(key)).toThrow('must not begin with U+0000')
    await expect(cache.get(key)).rejects.toThrow('must not begin with U+0000')
    await expect(cache.getMany([key])).rejects.toThrow('must not begin with U+0000')
    await expect(cache.getOrSet(key, () => 2)).rejects.toThrow('must not begin with U+0000')
    expect(cache.namespace('users').getSync('a')).toBe(1)
  })

  it('is told by its name and its namespace', async () => {
    const cache = new TieredCache<number>({ tiers: [makeTier()] })
    const told: unknown[] = []
    cache.on('hit', (fact) => told.push(fact))
    cache.on('miss', (fact) => told.push(fact))
    cache.on('load', ({ key, namespace }) => told.push({ key, namespace }))
    const users = cache.namespace<number>('users')
    await users.getOrSet('a', ({ key }) => key.length)
    users.getSync('a')
    const { name: tier } = makeTier()
    expect(told).toEqual([
      { key: 'a', namespace: 'users' },
      { key: 'a', namespace: 'users' },
      { key: 'a', namespace: 'users', tier, freshness: 'fresh' },
    ])
    expect(await users.entry('a')).toMatchObject({ key: 'a', tags: [] })
    expect(await listed(users)).toEqual(makeTier().entries === undefined ? [] : [['a', 1]])
    expect(await listed(cache)).toEqual([])
  })
})

describe('A value of a namespace that cannot be kept', () => {
  it('is told by its key and its namespace', async () => {
    const cache = new TieredCache({ tiers: [memoryTier({ copy: 'clone' })] })
    const refused = cache.namespace('users').set('a', { load: () => 1 })
    await expect(refused).rejects.toMatchObject({ name: 'UnstorableValueError', key: 'a', namespace: 'users' })
    await expect(refused).rejects.toThrow(/^the value of key "a" of namespace "users" cannot be stored: \$\.load is /)
  })
})
