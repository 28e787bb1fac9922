import { describe, expect, it } from 'vitest'
import { realTiers, total } from '../real-tiers.fixture.ts'

const SCRIPTS = ['evalsha', 'eval']

describe('The trips of tags', () => {
  const tiers = realTiers()

  it('are one for a read that names them, and one more for one that does not', async () => {
    const { cache } = await tiers.node({ hasBus: false })
    const other = await tiers.node({ hasBus: false })
    await cache.getOrSet('a', () => 'v', { tags: ['x', 'y'] })
    await cache.idle()
    const named = await tiers.commands(() => other.cache.get('a', { tags: ['x', 'y'], skipTiers: ['memory'] }))
    expect(total(named, ['mget', 'get'])).toBe(1)
    const unnamed = await tiers.commands(() => other.cache.get('a', { skipTiers: ['memory'] }))
    expect(total(unnamed, ['mget', 'get'])).toBe(2)
    expect(total({ ...named, ...unnamed }, SCRIPTS)).toBe(0)
  })

  it('are a lease for the key and one for the stamp, where a value is loaded after its tag was deleted', async () => {
    const { cache } = await tiers.node()
    const load = (): Promise<unknown> => cache.getOrSet('a', () => 'v', { tags: ['x'] })
    await load()
    await cache.idle()
    await cache.invalidateTag('x')
    const sent = await tiers.commands(async () => {
      await load()
      await cache.idle()
    })
    // Two acquired, two filled, perhaps at once; nothing is asked for twice.
    expect(total(sent, SCRIPTS)).toBeLessThanOrEqual(4)
    // The stamps that memory's copy has, the record with them, the epoch with each lease, and once behind the caller.
    expect(total(sent, ['mget', 'get'])).toBeLessThanOrEqual(5)
  })
})
