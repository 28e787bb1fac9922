import { gate } from '@org/testkit'
import { type Entry, memoryTier, type Tier, TieredCache } from '@org/tiered-cache'
import { describe, expect, it, onTestFinished } from 'vitest'

describe('getMany', () => {
  it('asks each tier once, for what those above it do not have fresh, in the order of the keys', async () => {
    const { cache, upper, lower } = await threeTiers({ memory: ['a'], upper: ['b', 'c'], lower: ['d'] })
    expect([...(await cache.getMany(['d', 'b', 'none', 'a', 'c', 'b']))]).toEqual([
      ['d', 'lower d'],
      ['b', 'upper b'],
      ['a', 'memory a'],
      ['c', 'upper c'],
    ])
    expect([upper.asked, lower.asked]).toEqual([[['d', 'b', 'none', 'c']], [['d', 'none']]])
    expect(cache.stats()).toMatchObject({ requests: 5, hits: 4, misses: 1 })
    expect(cache.stats().tiers['upper']).toMatchObject({ hits: 2, misses: 2 })
    await cache.idle()
    expect(['b', 'c', 'd'].map((key) => cache.getSync(key))).toEqual(['upper b', 'upper c', 'lower d'])
    expect(upper.contents.get('d')?.value).toBe('lower d')
  })

  it('goes on below a tier that faults, or answers another number of entries', async () => {
    for (const answer of [() => Promise.reject(new Error('down')), async () => []]) {
      const { cache, upper } = await threeTiers({ lower: ['a', 'b'] })
      upper.getMany = answer
      expect([...(await cache.getMany(['a', 'b'])).values()]).toEqual(['lower a', 'lower b'])
    }
  })

  it('keeps nothing that a set overtook while it was read', async () => {
    const { cache, lower } = await threeTiers({ lower: ['a', 'b'] })
    const [read, open] = [gate(), gate()]
    const answer = lower.getMany
    lower.getMany = async (keys) => {
      const entries = await answer(keys)
      read.open()
      await open.promise
      return entries
    }
    const reading = cache.getMany(['a', 'b'])
    await read.promise
    await cache.set('a', 'newer')
    open.open()
    expect([...(await reading).values()]).toEqual(['lower a', 'lower b'])
    await cache.idle()
    expect([cache.getSync('a'), cache.getSync('b')]).toEqual(['newer', 'lower b'])
  })

  it('reads nothing of a key whose delete a tier has not acknowledged', async () => {
    const { cache, lower } = await threeTiers({ lower: ['a', 'b'] })
    lower.delete = () => Promise.reject(new Error('down'))
    await cache.delete('a')
    expect([...(await cache.getMany(['a', 'b'])).keys()]).toEqual(['b'])
    expect(lower.asked).toEqual([['b']])
  })

  it('refuses what is no key, and a caller who has left', async () => {
    const { cache } = await threeTiers({})
    await expect(cache.getMany(['a', 7 as never])).rejects.toThrow('key must be a string')
    await expect(cache.getMany(['a'], { signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left')
  })
})

interface ManyTier extends Tier {
  readonly contents: Map<string, Entry>
  /** The keys of each `getMany`. */
  readonly asked: (readonly string[])[]
  getMany: (keys: readonly string[]) => Promise<readonly (Entry | undefined)[]>
}

function manyTier(name: string): ManyTier {
  const contents = new Map<string, Entry>()
  const asked: (readonly string[])[] = []
  return {
    name,
    shared: false,
    sync: false,
    contents,
    asked,
    get: async (key) => contents.get(key),
    getMany: async (keys) => {
      asked.push([...keys])
      return keys.map((key) => contents.get(key))
    },
    set: async (key, entry) => void contents.set(key, entry),
    delete: async (key) => void contents.delete(key),
  }
}

async function threeTiers(held: { memory?: string[]; upper?: string[]; lower?: string[] }): Promise<{
  readonly cache: TieredCache<string>
  readonly upper: ManyTier
  readonly lower: ManyTier
}> {
  const [memory, upper, lower] = [memoryTier(), manyTier('upper'), manyTier('lower')]
  const cache = new TieredCache<string>({ tiers: [memory, upper, lower] })
  onTestFinished(() => cache.close())
  const storedAt = Date.now()
  for (const tier of [memory, upper, lower]) {
    for (const key of held[tier.name as keyof typeof held] ?? []) {
      const life = { storedAt, staleAt: storedAt + 60_000, expiresAt: storedAt + 60_000, loadMs: 0 }
      await tier.set(key, { value: `${tier.name} ${key}`, ...life, etag: undefined, stamps: [] })
    }
  }
  return { cache, upper, lower }
}
