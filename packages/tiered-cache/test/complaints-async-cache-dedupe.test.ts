import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ManualClock } from '@org/tiered-cache/testing'
import { eventually, gate } from '@org/testkit'
import { describe, expect, it, vi } from 'vitest'
import { settled } from './gated-tier.fixture.ts'
import { realTiers } from './real-tiers.fixture.ts'

const SOAK = new URL('complaints-soak.fixture.ts', import.meta.url).pathname
const CALLERS = 20
const real = realTiers()

describe('Where async-cache-dedupe had complaints, TieredCache', () => {
  // async-cache-dedupe #164, PR #197
  it('refreshes a stale value once, however many callers and nodes find it so', async () => {
    const clock = new ManualClock(Date.now())
    const options = { clock, ttl: '10s', grace: '1m' } as const
    const [a, b] = [await real.node<string>(options), await real.node<string>(options)]
    await a.cache.set('k', 'v1')
    await b.cache.get('k')
    await clock.advance('10s')
    const source = gate<string>()
    const load = vi.fn(() => source.promise)
    const reads = [a, b].flatMap(({ cache }) => Array.from({ length: CALLERS }, () => cache.getOrSet('k', load)))
    await expect(Promise.all(reads)).resolves.toEqual(Array(2 * CALLERS).fill('v1'))
    await eventually(() => load.mock.calls.length > 0)
    source.open('v2')
    for (const { cache } of [a, b]) {
      await eventually(async () => {
        await clock.advance('50ms')
        expect(await cache.get('k')).toBe('v2')
      })
    }
    expect(load).toHaveBeenCalledTimes(1)
  })

  // async-cache-dedupe #12, PR #13
  it('loses nothing by a loader that fails, neither what is stale nor what is fresh', async () => {
    const clock = new ManualClock(Date.now())
    const options = { clock, layout: ['memory', 'redis', 'disk'], ttl: '10s', grace: '1m' } as const
    const { cache } = await real.node<string>(options)
    await cache.set('k', 'v1')
    const facts = await cache.entry('k')
    const fails = vi.fn((): Promise<string> => Promise.reject(new Error('the source is down')))
    await cache.getOrSet('k', fails, { forceRefresh: true }).catch(() => {})
    await expect(cache.get('k')).resolves.toBe('v1')
    for (let call = 0; call < 4; call++) {
      await clock.advance('10s')
      await expect(cache.getOrSet('k', fails)).resolves.toBe('v1')
      await cache.idle()
      const { tiers, staleAt, expiresAt } = facts!
      await expect(cache.entry('k')).resolves.toMatchObject({ tiers, staleAt, expiresAt, freshness: 'stale' })
    }
    expect(fails).toHaveBeenCalledTimes(5)
  })

  // async-cache-dedupe #36, PR #37
  it('lets the value decide its ttl, of less than a second too', async () => {
    const clock = new ManualClock(Date.now())
    const { cache } = await real.node<{ readonly livesMs: number }>({ clock, ttl: '1h' })
    for (const livesMs of [1, 250, 1_500, 90_000]) {
      const key = `k ${livesMs}`
      await cache.getOrSet(key, ({ setTtl }) => {
        const value = { livesMs }
        setTtl(value.livesMs)
        return value
      })
      await cache.idle()
      await clock.advance(livesMs - 1)
      await expect(cache.get(key)).resolves.toEqual({ livesMs })
      await clock.advance(1)
      await expect(cache.get(key)).resolves.toBeUndefined()
    }
  })

  // mercurius-js/cache PR #114
  it('holds no more memory after many calls of its verbs than after a few', { timeout: 120_000 }, async () => {
    // What V8 drops of code that has not run for a while would hide what is left behind.
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--no-flush-bytecode', SOAK])
    // 60 000 rounds: 67 bytes of each, were they all left behind. A table that grows once more takes 2 MB.
    expect(Number(stdout)).toBeLessThan(4_000_000)
  })

  // async-cache-dedupe: what was loaded before invalidateAll or clear is kept after it, reproduced with 3.4.0
  it.each(['clear', 'delete', 'deleteMany', 'invalidate'] as const)(
    'keeps nothing of a load that a %s has overtaken, and gives nothing of it to who asks later',
    async (verb) => {
      const options = { clock: undefined, redis: { deadline: '10s' } } as const
      const [{ cache }, other] = [await real.node<string>(options), await real.node<string>(options)]
      const old = gate<string>()
      const load = vi.fn(() => old.promise)
      const wrapped = cache.wrap(load, { key: () => 'k' })
      const before = wrapped()
      await eventually(() => load.mock.calls.length > 0)
      if (verb === 'clear') await cache.clear()
      else if (verb === 'delete') await cache.delete('k')
      else if (verb === 'deleteMany') await cache.deleteMany(['k'])
      else await wrapped.invalidate()
      const later = [cache.getOrSet('k', () => 'new'), other.cache.getOrSet('k', () => 'new')]
      await settled()
      old.open('old')
      await expect(before).resolves.toBe('old')
      await expect(Promise.all(later)).resolves.toEqual(['new', 'new'])
      await Promise.all([cache.idle(), other.cache.idle()])
      expect([await cache.get('k'), await other.cache.get('k')]).toEqual(['new', 'new'])
    },
  )

  // async-cache-dedupe: the same, for who asks while that load goes on
  it('loads anew at once after a delete, though the load that it has overtaken goes on', () => loadsAnewAfter('delete'))

  // Not so yet over Redis: the lease of the overtaken load is still held, and who asks waits for it.
  it('loads anew at once after a clear, though the load that it has overtaken goes on', () => loadsAnewAfter('clear'))
})

async function loadsAnewAfter(verb: 'delete' | 'clear'): Promise<void> {
  const { cache } = await real.node<string>({ clock: undefined, redis: { deadline: '10s' } })
  const old = gate<string>()
  const overtaken = vi.fn(() => old.promise)
  const before = cache.getOrSet('k', overtaken)
  await eventually(() => overtaken.mock.calls.length > 0)
  await (verb === 'delete' ? cache.delete('k') : cache.clear())
  const anew = vi.fn(() => 'new')
  const later = cache.getOrSet('k', anew)
  try {
    await eventually(() => anew.mock.calls.length > 0, { within: 3_000 })
  } finally {
    old.open('old')
    await Promise.all([before, later])
  }
}
