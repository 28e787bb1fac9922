import { beforeEach, describe, expect, it } from 'vitest'
import { slotOf } from '../../src/redis/cluster-slot.ts'
import type { Reply } from '../../src/redis/commands.ts'
import { randomId } from '../../src/random-id.ts'
import type { RedisTier } from '../../src/redis/redis-tier.ts'
import { entryOf, type SpiedCommands, spiedCommands, staleEntryOf, tierOver } from '../redis-tier.fixture.ts'
import { ownRedis } from './own-redis.fixture.ts'

const keysTo = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `key:${index}`)

const redis = ownRedis()
let spy: SpiedCommands
let tier: RedisTier
beforeEach(() => {
  spy = spiedCommands(redis.commands)
  tier = tierOver(spy, { prefix: redis.prefix })
})

/** The names of the commands that `work` sends. */
async function sentBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = spy.sent.length
  await work()
  return spy.sent.slice(before).map(([name]) => name as string)
}

describe('RedisTier: commands', () => {
  it('reads 100 keys of one turn by one MGET, and gives each caller its own', async () => {
    const keys = keysTo(100)
    await tier.setMany(keys.map((key) => [key, entryOf(key)]))
    const sent = await sentBy(async () => {
      const found = await Promise.all(keys.map((key) => tier.get(key)))
      expect(found.map((entry) => entry?.value)).toStrictEqual(keys)
    })
    expect(sent).toStrictEqual(['MGET'])
    expect(spy.sent.at(-1), 'the command, the epoch and the keys').toHaveLength(102)
  })

  it('reads those together that come after other promises of the turn', async () => {
    const late = async (key: string, awaits: number): Promise<unknown> => {
      for (let each = 0; each < awaits; each++) await Promise.resolve()
      return tier.get(key)
    }
    expect(await sentBy(() => Promise.all(keysTo(20).map((key, index) => late(key, index))))).toStrictEqual(['MGET'])
  })

  it('reads a lone key by MGET too, since the epoch comes with it', async () => {
    expect(await sentBy(() => tier.get('key'))).toStrictEqual(['MGET'])
  })

  it('reads a key once that is asked for twice, and gives each caller a value of its own', async () => {
    await tier.set('key', entryOf({ list: [1] }))
    expect(
      await sentBy(async () => {
        const [one, two] = await Promise.all([tier.get('key'), tier.get('key')])
        expect(one).toStrictEqual(two)
        expect(one?.value).not.toBe(two?.value)
      }),
    ).toStrictEqual(['MGET'])
  })

  it('reads, writes and deletes many keys by few commands, which are bounded', async () => {
    const keys = keysTo(1_100)
    expect(await sentBy(() => tier.getMany(keysTo(100)))).toStrictEqual(['MGET'])
    expect(await sentBy(() => tier.getMany(keys))).toStrictEqual(['MGET', 'MGET', 'MGET'])
    expect(await sentBy(() => tier.deleteMany(keysTo(100)))).toStrictEqual(['DEL'])
    expect(await sentBy(() => tier.deleteMany(keys))).toStrictEqual(['DEL', 'DEL', 'DEL'])
    const sent = await sentBy(() => tier.setMany(keysTo(100).map((key) => [key, entryOf(1)])))
    expect(sent, 'what begins the epoch, twice 50 keys to stake and to fill').toStrictEqual([
      'EVALSHA',
      'EVALSHA',
      'MGET',
      'EVALSHA',
      'EVALSHA',
      'EVALSHA',
    ])
    expect(await sentBy(() => tier.getMany([]))).toStrictEqual([])
    expect(await sentBy(() => tier.deleteMany([]))).toStrictEqual([])
  })

  it('gives many entries in the order of their keys, undefined where there is none', async () => {
    await tier.set('b', entryOf('B'))
    const found = await tier.getMany(['a', 'b', 'c', 'b'])
    expect(found.map((entry) => entry?.value)).toStrictEqual([undefined, 'B', undefined, 'B'])
  })

  it('takes two trips for a set, one without leases, and one for a delete', async () => {
    const plain = tierOver(spy, { prefix: redis.prefix, lease: false })
    await tier.set('key', entryOf(1))
    expect(await sentBy(() => tier.set('key', entryOf(2)))).toStrictEqual(['EVALSHA', 'MGET', 'EVALSHA'])
    await plain.set('key', entryOf(3))
    expect(await sentBy(() => plain.set('key', entryOf(3)))).toStrictEqual(['SET', 'MGET'])
    expect(await sentBy(() => tier.delete('key'))).toStrictEqual(['DEL'])
    const past = entryOf(1, { storedAt: 1, staleAt: 2, expiresAt: 3 })
    expect(await sentBy(() => tier.set('key', past))).toStrictEqual(['DEL'])
  })

  it('splits writes that are large, so that no script holds Redis up', async () => {
    const text = randomId(6_000).repeat(20)
    await tier.set('key', entryOf(1))
    const entries = keysTo(10).map((key) => [key, entryOf(text)] as const)
    const plain = tierOver(spy, { prefix: redis.prefix, compression: false })
    expect(await sentBy(() => plain.setMany(entries))).toHaveLength(1 + 1 + 5)
  })

  it('names keys of one slot only in a command where Redis is a cluster', async () => {
    const keys = keysTo(200)
    spy = spiedCommands(redis.commands, true)
    const clustered = tierOver(spy, { prefix: redis.prefix })
    await clustered.setMany(keys.map((key) => [key, entryOf(key)]))
    const found = await clustered.getMany(keys)
    expect(found.map((entry) => entry?.value)).toStrictEqual(keys)
    await Promise.all(keys.map((key) => clustered.get(key)))
    await clustered.deleteMany(keys)
    for (const command of spy.sent) {
      const named = command.filter((word) => word.startsWith(redis.prefix))
      expect(new Set(named.map((name) => slotOf(name))).size).toBe(1)
    }
  })

  it('gives what the rest of a cluster has while a part of it gives no answer', async () => {
    const part = slotOf(`${redis.prefix}key:3`)
    const broken = spiedCommands(redis.commands, true)
    broken.before = async ([, key]) => {
      if (slotOf(key!) === part) throw new Error('CLUSTERDOWN The cluster is down')
    }
    const whole = tierOver(spiedCommands(redis.commands, true), { prefix: redis.prefix })
    await whole.setMany(keysTo(10).map((key) => [key, entryOf(key)]))
    const found = await tierOver(broken, { prefix: redis.prefix }).getMany(keysTo(10))
    expect(found.filter((entry) => entry === undefined)).toHaveLength(1)
    await expect(tierOver(broken, { prefix: redis.prefix }).getMany(['key:3'])).rejects.toThrow('CLUSTERDOWN')
  })

  it('uses no command that is younger than Redis 6.2, in scripts neither, and none that lists keys', async () => {
    await redis.commands.send('', ['SCRIPT', 'FLUSH'])
    await everyOperation(tier)
    await everyOperation(tierOver(spy, { prefix: redis.prefix, lease: false }))
    const scripts = spy.sent.filter(([name]) => name === 'EVAL').map(([, source]) => source as string)
    const called = scripts.flatMap((source) => [...source.matchAll(/redis\.p?call\('(\w+)'/g)].map(([, name]) => name!))
    const used = [...new Set([...spy.sent.map(([name]) => name!), ...called])].toSorted()
    expect(used).toStrictEqual([
      'DEL',
      'EVAL',
      'EVALSHA',
      'GET',
      'GETRANGE',
      'MGET',
      'PEXPIRE',
      'PTTL',
      'SET',
      'SETRANGE',
      'TIME',
    ])
    for (const name of used) expect.soft(await sinceOf(name), name).toBeLessThanOrEqual(6.2)
  })
})

async function everyOperation(each: RedisTier): Promise<void> {
  await each.open()
  await each.set('key', staleEntryOf(1))
  const seen = await each.get('key')
  await each.getMany(['key', 'other'])
  for (const key of ['key', 'absent', 'left']) {
    const token = randomId(16)
    await each.lease?.acquire(key, token, seen)
    await each.lease?.renew(key, token)
    if (key !== 'left') await each.lease?.fill(key, token, entryOf(2))
    await each.lease?.release(key, token)
  }
  await each.setMany([['key', entryOf(1)]])
  await each.delete('key')
  await each.deleteMany(['key', 'other'])
}

async function sinceOf(name: string): Promise<number> {
  const [, facts] = (await redis.commands.send('', ['COMMAND', 'DOCS', name])) as readonly Reply[]
  const list = (facts as readonly Reply[]).map(String)
  return Number.parseFloat(list[list.indexOf('since') + 1]!)
}
