import { eventually } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { randomId } from '../../src/random-id.ts'
import type { RedisTier } from '../../src/redis/redis-tier.ts'
import type { LeaseAuthority } from '../../src/tiers/tier.ts'
import { entryOf, staleEntryOf, tierOver } from '../redis-tier.fixture.ts'
import { ownRedis } from './own-redis.fixture.ts'

const SHORT = { lease: { duration: 20 } } as const
const GRANTED = { state: 'granted' }

const redis = ownRedis()

const ask = (...command: readonly (string | Buffer)[]) => redis.commands.send('', command)
const raw = async (key: string): Promise<Buffer | null> => (await ask('GET', redis.prefix + key)) as Buffer | null
const life = async (key: string): Promise<number> => (await ask('PTTL', redis.prefix + key)) as number

/** A node: a tier of its own over the same records. */
function node(options: object = {}): { readonly tier: RedisTier; readonly lease: LeaseAuthority } {
  const tier = tierOver(redis.commands, { prefix: redis.prefix, ...options })
  return { tier, lease: tier.lease! }
}
const newToken = (): string => randomId(16)

describe('RedisLeaseAuthority: acquire', () => {
  it('grants the lease of an absent key to one, and tells the others how long it lasts', async () => {
    const { lease } = node()
    const grants = await Promise.all([1, 2, 3].map(() => node().lease.acquire('key', newToken(), undefined)))
    expect(grants.filter(({ state }) => state === 'granted')).toHaveLength(1)
    const busy = await lease.acquire('key', newToken(), undefined)
    expect(busy).toMatchObject({ state: 'busy' })
    expect((busy as { msLeft: number }).msLeft).toBeGreaterThan(0)
    expect((busy as { msLeft: number }).msLeft).toBeLessThanOrEqual(10_000)
    expect(await life('key')).toBeGreaterThan(0)
  })

  it('grants again to the token that has it: a lost answer is asked for again', async () => {
    const { lease } = node()
    const token = newToken()
    expect(await lease.acquire('key', token, undefined)).toStrictEqual(GRANTED)
    expect(await lease.acquire('key', token, undefined)).toStrictEqual(GRANTED)
    expect(await lease.acquire('key', newToken(), undefined)).toMatchObject({ state: 'busy' })
  })

  it('reads a lease on nothing as absent', async () => {
    const { tier, lease } = node()
    await lease.acquire('key', newToken(), undefined)
    expect(await tier.get('key')).toBeUndefined()
    expect(await tier.getMany(['key', 'other'])).toStrictEqual([undefined, undefined])
  })

  it('grants when the lease of another has run out, and a record with nothing but a lease is gone then', async () => {
    const { lease } = node(SHORT)
    await lease.acquire('key', newToken(), undefined)
    await eventually(async () => (await raw('key')) === null)
    expect(await lease.acquire('key', newToken(), undefined)).toStrictEqual(GRANTED)
  })

  it('grants over a stale value, which stays readable, and again when that lease has run out', async () => {
    const { tier, lease } = node(SHORT)
    const stale = staleEntryOf('old')
    await tier.set('key', stale)
    const seen = await tier.get('key')
    expect(await lease.acquire('key', newToken(), seen)).toStrictEqual(GRANTED)
    expect(await tier.get('key')).toStrictEqual(stale)
    const other = newToken()
    await eventually(async () => (await lease.acquire('key', other, seen)).state === 'granted')
  })

  it('gives the value that another has filled meanwhile, and grants to who has seen just that', async () => {
    const { tier, lease } = node()
    const entry = entryOf('filled')
    await tier.set('key', entry)
    const grant = await lease.acquire('key', newToken(), undefined)
    expect(grant).toStrictEqual({ state: 'present', entry })
    const seen = (grant as { entry: ReturnType<typeof entryOf> }).entry
    expect(await lease.acquire('key', newToken(), seen)).toStrictEqual(GRANTED)
  })

  it('knows a record by an entry that went through a faster tier', async () => {
    const { tier, lease } = node()
    await tier.set('key', entryOf('same', { loadMs: 1.25 }))
    const seen = { ...(await tier.get('key'))! }
    await tier.set('key', entryOf('same', { loadMs: 1.5 }))
    const grant = await lease.acquire('key', newToken(), seen)
    expect(grant).toMatchObject({ state: 'present', entry: { loadMs: 1.5 } })
    expect(await lease.acquire('key', newToken(), { ...(await tier.get('key'))! })).toStrictEqual(GRANTED)
  })

  it('lets a value that is about to expire live as long as the lease', async () => {
    const { tier, lease } = node()
    const now = Date.now()
    await tier.set('key', entryOf('old', { storedAt: now - 9, staleAt: now - 5, expiresAt: now + 2_000 }))
    await lease.acquire('key', newToken(), await tier.get('key'))
    expect(await life('key')).toBeGreaterThan(5_000)
  })

  it('never shortens the life of a value, nor ends an endless one', async () => {
    const { tier, lease } = node(SHORT)
    await tier.set('hours', staleEntryOf(1))
    await tier.set('endless', { ...staleEntryOf(1), expiresAt: Infinity })
    for (const key of ['hours', 'endless']) await lease.acquire(key, newToken(), await tier.get(key))
    expect(await life('hours')).toBeGreaterThan(60_000)
    expect(await life('endless')).toBe(-1)
  })

  it.each([
    ['of somebody else', 'just a string'],
    ['of another version', `tc2V${'0'.repeat(80)}`],
    ['cut within the header', 'tc1V000'],
    ['empty', ''],
  ])('grants over bytes that are %s', async (_, bytes) => {
    const { tier, lease } = node()
    await ask('SET', `${redis.prefix}key`, bytes)
    const token = newToken()
    expect(await lease.acquire('key', token, undefined)).toStrictEqual(GRANTED)
    expect(await lease.fill('key', token, entryOf('new'))).toBe(true)
    expect(await tier.get('key')).toMatchObject({ value: 'new' })
  })

  it('grants over a fresh record that cannot be read', async () => {
    const { tier, lease } = node()
    await tier.set('key', entryOf('value'))
    const damage = async (): Promise<void> => {
      const bytes = (await raw('key')) as Buffer
      bytes[bytes.length - 1]! ^= 1
      await ask('SET', `${redis.prefix}key`, bytes)
    }
    await damage()
    expect(await tier.get('key')).toBeUndefined()
    expect(await lease.acquire('key', newToken(), undefined)).toStrictEqual(GRANTED)
  })

  it('takes a lease that claims to run for years for damage', async () => {
    const { tier, lease } = node()
    await tier.set('key', staleEntryOf('old'))
    await ask('SETRANGE', `${redis.prefix}key`, '4', `${newToken()}9999999999999`)
    expect(await lease.acquire('key', newToken(), await tier.get('key'))).toStrictEqual(GRANTED)
  })

  it('leaves what is no string alone: loads run, and nothing is stored', async () => {
    const { tier, lease } = node()
    await ask('RPUSH', `${redis.prefix}key`, 'of', 'somebody')
    const token = newToken()
    expect(await lease.acquire('key', token, undefined)).toStrictEqual(GRANTED)
    expect(await lease.renew('key', token)).toBe(false)
    expect(await lease.fill('key', token, entryOf('new'))).toBe(false)
    await lease.release('key', token)
    await tier.set('key', entryOf('set'))
    expect(await ask('LLEN', `${redis.prefix}key`)).toBe(2)
    expect(await tier.get('key')).toBeUndefined()
    expect(await tier.getMany(['key', 'other'])).toStrictEqual([undefined, undefined])
  })

  it('refuses a token that has no place in the header', async () => {
    await expect(node().lease.acquire('key', 'short', undefined)).rejects.toThrow(
      'token must be 22 characters of base64url, got short (string)',
    )
  })
})

describe('RedisLeaseAuthority: fill', () => {
  it('stores the entry, ends the lease, and is refused the second time', async () => {
    const { tier, lease } = node()
    const token = newToken()
    await lease.acquire('key', token, undefined)
    const entry = entryOf({ deep: new Map([['a', 1n]]) })
    expect(await lease.fill('key', token, entry)).toBe(true)
    expect(await tier.get('key')).toStrictEqual(entry)
    expect(await lease.fill('key', token, entryOf('again'))).toBe(false)
  })

  it('gives Redis the life that is left, in whole milliseconds, and none to what is endless', async () => {
    const { lease } = node()
    const now = Date.now()
    const lives = { day: now + 86_400_000.5, endless: Infinity, far: Number.MAX_VALUE }
    for (const [key, expiresAt] of Object.entries(lives)) {
      const token = newToken()
      await lease.acquire(key, token, undefined)
      expect(await lease.fill(key, token, entryOf(1, { expiresAt }))).toBe(true)
    }
    expect(await life('day')).toBeGreaterThan(86_400_000 - 5_000)
    expect(await life('day')).toBeLessThanOrEqual(86_400_001)
    expect(await life('endless')).toBe(-1)
    expect(await life('far')).toBeGreaterThan(86_400_000)
  })

  it('ends the lease with nothing stored where the life of the entry is over', async () => {
    const { lease } = node()
    const token = newToken()
    await lease.acquire('key', token, undefined)
    const past = entryOf(1, { storedAt: 1, staleAt: 2, expiresAt: 3 })
    expect(await lease.fill('key', token, past)).toBe(true)
    expect(await raw('key')).toBeNull()
  })

  it('rejects what cannot be stored before it asks Redis, and the lease stays', async () => {
    const { lease } = node()
    const token = newToken()
    await lease.acquire('key', token, undefined)
    await expect(
      lease.fill(
        'key',
        token,
        entryOf(() => 1),
      ),
    ).rejects.toMatchObject({ code: 'ERR_CACHE_UNSTORABLE' })
    expect(await lease.renew('key', token)).toBe(true)
  })
})

describe('RedisLeaseAuthority: renew and release', () => {
  it('renews the lease of its holder for its whole time, and nobody else', async () => {
    const { lease } = node({ lease: { duration: '1h' } })
    const short = node(SHORT).lease
    const token = newToken()
    await short.acquire('key', token, undefined)
    expect(await lease.renew('key', newToken())).toBe(false)
    expect(await lease.renew('key', token)).toBe(true)
    expect(await life('key')).toBeGreaterThan(3_000_000)
    const busy = await lease.acquire('key', newToken(), undefined)
    expect((busy as { msLeft: number }).msLeft).toBeGreaterThan(3_000_000)
  })

  it('renews nothing that has run out with its record, or was taken', async () => {
    const { tier, lease } = node(SHORT)
    const token = newToken()
    await lease.acquire('key', token, undefined)
    await eventually(async () => (await raw('key')) === null)
    expect(await lease.renew('key', token)).toBe(false)
    await lease.acquire('key', token, undefined)
    await tier.delete('key')
    expect(await lease.renew('key', token)).toBe(false)
  })

  it('releases a lease on nothing at once', async () => {
    const { lease } = node()
    const token = newToken()
    await lease.acquire('key', token, undefined)
    await lease.release('key', newToken())
    expect(await lease.acquire('key', newToken(), undefined)).toMatchObject({ state: 'busy' })
    await lease.release('key', token)
    expect(await raw('key')).toBeNull()
  })

  it('releases a lease over a stale value, which stays', async () => {
    const { tier, lease } = node()
    await tier.set('key', staleEntryOf('old'))
    const token = newToken()
    const seen = await tier.get('key')
    await lease.acquire('key', token, seen)
    await lease.release('key', token)
    expect(await tier.get('key')).toMatchObject({ value: 'old' })
    expect(await lease.acquire('key', newToken(), seen)).toStrictEqual(GRANTED)
  })
})

describe('Redis that forgot the scripts', () => {
  it('is told them again, with nothing done twice', async () => {
    const { tier, lease } = node()
    const token = newToken()
    const flush = (): Promise<unknown> => ask('SCRIPT', 'FLUSH')
    await flush()
    expect(await lease.acquire('key', token, undefined)).toStrictEqual(GRANTED)
    await flush()
    expect(await lease.renew('key', token)).toBe(true)
    await flush()
    expect(await lease.fill('key', token, entryOf('value'))).toBe(true)
    await flush()
    await lease.release('key', token)
    await flush()
    await Promise.all(Array.from({ length: 300 }, (_, index) => tier.set(`many:${index}`, entryOf(index))))
    const found = await tier.getMany(Array.from({ length: 300 }, (_, index) => `many:${index}`))
    expect(found.map((entry) => entry?.value)).toStrictEqual(Array.from({ length: 300 }, (_, index) => index))
  })
})
