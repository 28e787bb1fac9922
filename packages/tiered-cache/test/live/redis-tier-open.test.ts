import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { jsonCodec } from '../../src/codec/json.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { redisTier, type RedisTier } from '../../src/redis/redis-tier.ts'
import type { RedisTierOptions } from '../../src/redis/redis-tier-options.ts'
import { entryOf, ownPrefix, spiedCommands, staleEntryOf, tierOver } from '../redis-tier.fixture.ts'
import { ownRedis } from './own-redis.fixture.ts'

const redis = ownRedis()

/** The same server, whose connection stays open for all tests. */
const kept = (): RedisCommands => ({ ...spiedCommands(redis.commands), close: async () => {} })

/** What a new tier warns of as it opens. */
async function warningsOf(tier: RedisTier): Promise<readonly string[]> {
  const warnings: string[] = []
  const off = tier.onWarning((message) => warnings.push(message))
  await tier.open()
  off()
  return warnings
}
const open = (options: RedisTierOptions = {}): Promise<readonly string[]> =>
  warningsOf(tierOver(kept(), { prefix: redis.prefix, ...options }))

describe('RedisTier: open', () => {
  it('warns of nothing where a node joins others of its service, or comes back', async () => {
    for (let start = 0; start < 3; start++) {
      const tier = tierOver(kept(), { prefix: redis.prefix })
      expect(await warningsOf(tier)).toStrictEqual([])
      await tier.close()
    }
    expect(await open({ prefix: ownPrefix() })).toStrictEqual([])
  })

  it('warns of a second open tier with its prefix in the process', async () => {
    await open()
    expect(await open()).toStrictEqual([
      `another open tier of this process uses the prefix "${redis.prefix}": give each cache its own`,
    ])
  })

  it.each([
    ['another codec', { codec: jsonCodec }],
    ['no leases', { lease: false as const }],
    ['another name', { name: 'sessions' }],
  ])('warns of a cache that has its prefix with %s, once', async (_, options) => {
    await open()
    const warning = `another cache with other settings (tier name, codec, lease or version) uses the prefix "${redis.prefix}", or did so this week`
    expect(await open(options)).toStrictEqual([warning])
    const settled = await open(options)
    expect(settled).not.toContain(warning)
  })

  it.each([
    [-3_000, 'ahead of'],
    [3_000, 'behind'],
  ])('warns of a clock of Redis that is %d ms off', async (offMs, how) => {
    const skewed: RedisCommands = {
      ...kept(),
      send: async (key, command) => {
        if (command[0] !== 'TIME') return redis.commands.send(key, command)
        const micros = (Date.now() + offMs) * 1_000
        return [Buffer.from(String(Math.floor(micros / 1e6))), Buffer.from(String(micros % 1e6))]
      },
    }
    const [warning, ...more] = await warningsOf(tierOver(skewed, { prefix: redis.prefix }))
    expect(warning).toMatch(
      new RegExp(`^the clock of this machine is [23]\\.\\d s ${how} that of Redis: entries of other nodes seem`),
    )
    expect(more).toStrictEqual([])
  })

  it('opens where Redis refuses to tell', async () => {
    const refusing: RedisCommands = { ...kept(), send: () => Promise.reject(new Error('NOPERM no permissions')) }
    expect(await warningsOf(tierOver(refusing, { prefix: redis.prefix }))).toStrictEqual([])
  })

  it('rejects where Redis is not there, and says nothing of the password', async () => {
    const tier = redisTier({ url: 'redis://user:secret@127.0.0.1:1', prefix: redis.prefix })
    const error = await tier.open!().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(Error)
    expect(String((error as Error).stack)).not.toContain('secret')
    await tier.close!()
  })
})

describe('RedisTier: close', () => {
  it('waits for what is under way, and closes what is ours', async () => {
    const tier = redisTier({ url: redis.url, prefix: redis.prefix, deadline: '10s' })
    await tier.open!()
    const set = tier.set('key', entryOf('last'))
    const read = tier.get('key')
    await Promise.all([tier.close!(), tier.close!()])
    await Promise.all([set, read])
    expect(await tierOver(kept(), { prefix: redis.prefix }).get('key')).toMatchObject({ value: 'last' })
    await expect(tier.get('key')).rejects.toThrow('closed')
  })

  it('gives up on a Redis that does not answer', async () => {
    const mute: RedisCommands = { ...kept(), send: () => new Promise(() => {}) }
    const tier = tierOver(mute, { prefix: redis.prefix, deadline: 20 })
    void tier.get('key')
    await tier.close()
  })
})

describe('RedisTier: what it reads', () => {
  it('misses each damaged record, or gives what was stored', async () => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const tier = tierOver(kept(), { prefix: redis.prefix })
    for (let round = 0; round < 400; round++) {
      const key = `key:${round}`
      const stored = entryOf({ round, text: 'x'.repeat(random.int(0, 40)), when: new Date(round) })
      await tier.set(key, stored)
      const bytes = (await redis.commands.send('', ['GET', redis.prefix + key])) as Buffer
      for (let change = random.int(1, 3); change > 0; change--)
        bytes[random.int(0, bytes.length - 1)]! ^= random.int(1, 255)
      const cut = random.int(0, 3) === 0 ? bytes.subarray(0, random.int(0, bytes.length)) : bytes
      await redis.commands.send('', ['SET', redis.prefix + key, cut])
      const found = await tier.get(key)
      if (found !== undefined) expect(found, `seed ${seed}, round ${round}`).toStrictEqual(stored)
    }
  })

  it('misses the record of another key', async () => {
    const tier = tierOver(kept(), { prefix: redis.prefix })
    await tier.set('key', entryOf(1))
    await redis.commands.send('', ['COPY', `${redis.prefix}key`, `${redis.prefix}other`])
    expect(await tier.get('other')).toBeUndefined()
  })

  it('gives an entry that is past its life or stale as it is: the cache judges it', async () => {
    const tier = tierOver(kept(), { prefix: redis.prefix })
    const stale = staleEntryOf('old')
    await tier.set('key', stale)
    expect(await tier.get('key')).toStrictEqual(stale)
  })

  it('rejects where Redis gives no answer', async () => {
    const failing: RedisCommands = { ...kept(), send: () => Promise.reject(new Error('ECONNRESET')) }
    const tier = tierOver(failing, { prefix: redis.prefix })
    await expect(tier.get('key')).rejects.toThrow('ECONNRESET')
    await expect(Promise.all([tier.get('a'), tier.get('b')])).rejects.toThrow('ECONNRESET')
    await expect(tier.getMany(['a', 'b'])).rejects.toThrow('ECONNRESET')
    await expect(tier.set('key', entryOf(1))).rejects.toThrow('ECONNRESET')
    await expect(tier.setMany([['key', entryOf(1)]])).rejects.toThrow('ECONNRESET')
    await expect(tier.deleteMany(['key'])).rejects.toThrow('ECONNRESET')
    await expect(tier.delete('key')).rejects.toThrow('ECONNRESET')
  })

  it('stores what can be stored of many entries, and rejects with what cannot', async () => {
    const tier = tierOver(kept(), { prefix: redis.prefix })
    const entries = [
      ['good', entryOf(1)],
      ['bad', entryOf(() => 1)],
      ['fine', entryOf(2)],
    ] as const
    await expect(tier.setMany(entries)).rejects.toMatchObject({ code: 'ERR_CACHE_UNSTORABLE', key: 'bad' })
    const found = await tier.getMany(['good', 'bad', 'fine'])
    expect(found.map((entry) => entry?.value)).toStrictEqual([1, undefined, 2])
  })
})
