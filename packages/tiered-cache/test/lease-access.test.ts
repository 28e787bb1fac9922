import { type Entry, type LeaseAuthority, type Tier, TieredCache } from '@org/tiered-cache'
import { describe, expect, it, onTestFinished } from 'vitest'

describe('A record that is there and not to be believed', () => {
  it('does not keep a load from being stored in its place', async () => {
    const { tier, contents } = leasedTier()
    const cache = new TieredCache({ tiers: [tier] })
    onTestFinished(() => cache.close())
    await cache.set('k', 'old')
    // The tier has no `clear`: what it held is passed by from here on.
    await cache.clear()
    let loads = 0
    for (let times = 0; times < 5; times++) {
      await expect(cache.getOrSet('k', () => `new ${++loads}`)).resolves.toBe('new 1')
      await cache.idle()
    }
    expect(contents.get('k')?.value).toBe('new 1')
  })
})

/** A shared tier whose leases know one rule: what is there and was not seen is given back. */
function leasedTier(): { readonly tier: Tier; readonly contents: Map<string, Entry> } {
  const contents = new Map<string, Entry>()
  const lease: LeaseAuthority = {
    durationMs: 10_000,
    acquire: async (key, _token, seen) => {
      const entry = contents.get(key)
      return entry === undefined || seen?.storedAt === entry.storedAt
        ? { state: 'granted' }
        : { state: 'present', entry }
    },
    stake: async () => {},
    renew: async () => true,
    fill: async (key, _token, entry) => contents.set(key, entry) === contents,
    release: async () => {},
  }
  const tier: Tier = {
    name: 'leased',
    shared: true,
    sync: false,
    lease,
    get: async (key) => contents.get(key),
    set: async (key, entry) => void contents.set(key, entry),
    delete: async (key) => void contents.delete(key),
  }
  return { tier, contents }
}
