import { type Entry, type Tier, TieredCache, UnstorableValueError } from '@org/tiered-cache'
import { ManualClock } from '@org/tiered-cache/testing'
import { type Gate, gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { settled } from './gated-tier.fixture.ts'

/** A tier whose records are made ahead, when the test says so. */
class PreparingTier implements Tier {
  readonly name = 'shared'
  readonly shared = true
  readonly sync = false
  readonly log: string[] = []
  ready: Gate<void> | undefined
  failure: Error | undefined
  bytes = 0
  answer: Promise<void> | undefined

  get(): undefined {
    return undefined
  }

  prepare(key: string): Promise<number> | number {
    this.log.push(`prepare ${key}`)
    if (this.failure !== undefined) throw this.failure
    return this.ready?.promise.then(() => this.bytes) ?? this.bytes
  }

  async set(key: string, { value }: Entry): Promise<void> {
    this.log.push(`set ${key} ${String(value)}`)
    await this.answer
  }

  delete(key: string): void {
    this.log.push(`delete ${key}`)
  }
}

function setUp() {
  const clock = new ManualClock()
  const tier = new PreparingTier()
  const cache = new TieredCache({ tiers: [tier], clock })
  return { clock, tier, cache }
}

describe('What a tier does ahead of a write', () => {
  it('does not count against its deadline, however long it takes', async () => {
    const { clock, tier, cache } = setUp()
    tier.ready = gate()
    const setting = cache.set('k', 1)
    await settled()
    await clock.advance('10s')
    tier.ready.open()
    await expect(setting).resolves.toEqual({ reached: true })
    expect(cache.stats().tiers['shared']).toMatchObject({ faults: 0, pending: 0, breaker: 'closed' })
  })

  it('keeps the order of the writes to one key', async () => {
    const { tier, cache } = setUp()
    tier.ready = gate()
    const first = cache.set('k', 'large')
    await settled()
    const { ready } = tier
    tier.ready = undefined
    const second = cache.set('k', 'small')
    await settled()
    ready.open()
    await Promise.all([first, second])
    expect(tier.log).toEqual(['prepare k', 'set k large', 'prepare k', 'set k small'])
  })

  it('refuses a value that cannot be stored as the write does', async () => {
    const { tier, cache } = setUp()
    tier.failure = new UnstorableValueError('k', 'value', 'function')
    await expect(cache.set('k', 1)).rejects.toBe(tier.failure)
    expect(cache.stats().tiers['shared']).toMatchObject({ unstorable: 1, faults: 0 })
    await expect(cache.getOrSet('k', () => 2)).resolves.toBe(2)
    await cache.idle()
    expect(cache.stats().tiers['shared']).toMatchObject({ unstorable: 2, faults: 0 })
  })

  it('may fail otherwise: then the write itself tells of it', async () => {
    const { tier, cache } = setUp()
    tier.failure = new Error('out of memory')
    await expect(cache.set('k', 1)).resolves.toEqual({ reached: true })
    expect(tier.log).toEqual(['prepare k', 'set k 1'])
  })

  it('says how much is to be sent: that much more time it is given, up to the configured deadline', async () => {
    const { clock, tier, cache } = setUp()
    for (let call = 0; call < 200; call++) await cache.set('k', call)
    // It is known to answer at once: 5 ms are enough by now, and 100 ms more for a megabyte.
    const answer = gate()
    tier.answer = answer.promise
    tier.bytes = 1_000_000
    const large = cache.set('large', 1)
    await clock.advance(100)
    answer.open()
    await expect(large).resolves.toEqual({ reached: true })
    tier.answer = gate().promise
    tier.bytes = 0
    const small = cache.set('small', 1)
    await clock.advance(6)
    await expect(small).resolves.toEqual({ reached: false })
  })
})
