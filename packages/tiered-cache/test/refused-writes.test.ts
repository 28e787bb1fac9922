import { type Tier, TieredCache } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { describe, expect, it } from 'vitest'
import { settled } from './gated-tier.fixture.ts'
import { twoNodes } from './two-nodes.fixture.ts'

/** A shared tier that answers reads and refuses writes, as a Redis does that is a replica now. */
class ReadOnlyTier implements Tier {
  readonly name = 'redis'
  readonly shared = true
  readonly sync = false
  deletes = 0
  isReadOnly = true

  async get(): Promise<undefined> {}

  async set(): Promise<void> {
    this.#refuse()
  }

  async delete(): Promise<void> {
    this.deletes++
    this.#refuse()
  }

  isRefusal(): boolean {
    return true
  }

  #refuse(): void {
    if (this.isReadOnly) throw new Error('READONLY')
  }
}

describe('Writes that a tier refuses', () => {
  it('are sent again once a second, not at every answer', async () => {
    const clock = new ManualClock()
    const tier = new ReadOnlyTier()
    const cache = new TieredCache({ tiers: [tier], clock })
    for (let at = 0; at < 400; at++) {
      await cache.set(`key:${at}`, at)
      await cache.get('other')
      await clock.advance(10)
    }
    // 4 seconds: a round stops at its first batch.
    expect(tier.deletes).toBeLessThanOrEqual(5 * 32)
    expect(cache.stats().tiers['redis']).toMatchObject({ breaker: 'closed', pending: 400 })
    tier.isReadOnly = false
    for (let second = 0; second < 3; second++) await clock.advance('1s')
    await cache.idle()
    expect(cache.stats().tiers['redis']?.pending).toBe(0)
  })
})

describe('Messages that a bus refuses at once', () => {
  it('hold up the next for 50 ms, those without an answer for 900', async () => {
    const { nodes, a } = await twoNodes()
    a.publishing.isCut = true
    await a.cache.delete('k')
    a.publishing.isCut = false
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: false })
    await nodes.clock.advance(50)
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: true })
    a.publishing.hold('publish')
    const mute = a.cache.delete('k')
    await settled()
    await nodes.clock.advance(250)
    await mute
    a.publishing.hold()
    await nodes.clock.advance(800)
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: false })
    await nodes.clock.advance(100)
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: true })
  })
})
