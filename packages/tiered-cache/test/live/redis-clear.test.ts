import { eventually, gate } from '@org/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { slotOf } from '../../src/redis/cluster-slot.ts'
import type { Reply } from '../../src/redis/commands.ts'
import { Epoch } from '../../src/redis/epoch.ts'
import { randomId } from '../../src/random-id.ts'
import type { RedisTier } from '../../src/redis/redis-tier.ts'
import { entryOf, type SpiedCommands, spiedCommands, tierOver } from '../redis-tier.fixture.ts'
import { ownRedis } from './own-redis.fixture.ts'

const redis = ownRedis()
let spy: SpiedCommands
let tier: RedisTier
let other: RedisTier
beforeEach(() => {
  spy = spiedCommands(redis.commands)
  tier = tierOver(spy, { prefix: redis.prefix })
  other = tierOver(redis.commands, { prefix: redis.prefix })
})

/** The key that a command is about. */
const nameIn = ([name, first, , key]: readonly string[]): string =>
  (name === 'EVALSHA' || name === 'EVAL' ? key : first)!

const valueOf = async (of: RedisTier, key: string): Promise<unknown> => (await of.get(key))?.value

describe('RedisTier: clear', () => {
  it('takes one command however much there is, and is seen by every node at once', async () => {
    const keys = Array.from({ length: 300 }, (_, at) => `key:${at}`)
    // Redis knows the script from then on.
    await tier.clear()
    await tier.setMany(keys.map((key) => [key, entryOf(key)]))
    expect(await valueOf(other, 'key:7')).toBe('key:7')
    const before = spy.sent.length
    await tier.clear()
    expect(spy.sent.slice(before).map(([name]) => name)).toStrictEqual(['EVALSHA'])
    for (const of of [tier, other]) {
      expect(await of.getMany(keys)).toStrictEqual(keys.map(() => undefined))
      expect(await valueOf(of, 'key:7')).toBeUndefined()
    }
  })

  it('leaves alone what is set after it, with leases and without', async () => {
    const plain = tierOver(redis.commands, { prefix: redis.prefix, lease: false })
    await plain.set('plain', entryOf(1))
    await tier.set('leased', entryOf(1))
    await other.clear()
    await plain.set('plain', entryOf(2))
    await tier.set('leased', entryOf(2))
    for (const of of [tier, other, plain]) {
      expect([await valueOf(of, 'plain'), await valueOf(of, 'leased')]).toStrictEqual([2, 2])
    }
  })

  it('leaves other prefixes alone', async () => {
    const neighbour = tierOver(redis.commands)
    await neighbour.set('key', entryOf(1))
    await tier.clear()
    expect(await valueOf(neighbour, 'key')).toBe(1)
  })

  it('hides what a load stores that began before it, from every node', async () => {
    const token = randomId(16)
    await tier.lease!.acquire('key', token, undefined)
    await other.clear()
    await tier.lease!.fill('key', token, entryOf('old'))
    expect([await valueOf(tier, 'key'), await valueOf(other, 'key')]).toStrictEqual([undefined, undefined])
  })

  it('hides the value of a set that was staked before it', async () => {
    const [reached, go] = [gate(), gate()]
    spy.before = (command) => {
      if (!command.some((word) => word.startsWith('tc1V'))) return undefined
      reached.open()
      return go.promise
    }
    const setting = tier.set('key', entryOf('old'))
    await reached.promise
    await other.clear()
    go.open()
    await setting
    expect(await valueOf(other, 'key')).toBeUndefined()
  })

  it('lets the next load fill a key again that held a value', async () => {
    const token = randomId(16)
    await tier.set('key', entryOf('old'))
    await other.clear()
    expect(await tier.lease!.acquire('key', token, undefined)).toStrictEqual({ state: 'granted' })
    expect(await tier.lease!.fill('key', token, entryOf('new'))).toBe(true)
    expect(await valueOf(other, 'key')).toBe('new')
  })

  it('never brings back what it has hidden, though its own record is lost', async () => {
    await tier.set('first', entryOf(1))
    await tier.clear()
    await tier.set('second', entryOf(2))
    await redis.commands.send(redis.prefix, ['DEL', `${redis.prefix}\u0000epoch`])
    expect([await valueOf(tier, 'first'), await valueOf(tier, 'second')]).toStrictEqual([undefined, undefined])
    await tier.set('third', entryOf(3))
    expect([await valueOf(tier, 'first'), await valueOf(tier, 'second')]).toStrictEqual([undefined, undefined])
    expect(await valueOf(other, 'third')).toBe(3)
  })

  it.each([
    ['a number', ['SET', '7']],
    ['a list', ['RPUSH', 'a']],
  ])('reads nothing where its record is %s, and goes on with a new one', async (_, [command, value]) => {
    await tier.set('first', entryOf(1))
    const name = `${redis.prefix}\u0000epoch`
    await redis.commands.send(name, ['DEL', name])
    await redis.commands.send(name, [command!, name, value!])
    expect(await valueOf(other, 'first')).toBeUndefined()
    await tier.set('second', entryOf(2))
    expect(await valueOf(other, 'second')).toBe(2)
  })

  it('holds on a cluster, where the record lies apart from what it clears', async () => {
    const clustered = tierOver(spiedCommands(redis.commands, true), { prefix: redis.prefix })
    await clustered.set('key', entryOf(1))
    expect(await valueOf(clustered, 'key')).toBe(1)
    await clustered.clear()
    expect(await valueOf(clustered, 'key')).toBeUndefined()
    await clustered.set('key', entryOf(2))
    expect(await valueOf(clustered, 'key')).toBe(2)
  })

  it('is 64 commands on a cluster, and a range of slots does without the records of the others', async () => {
    const cluster = spiedCommands(redis.commands, true)
    const clustered = tierOver(cluster, { prefix: redis.prefix })
    const keys = Array.from({ length: 200 }, (_, at) => `key:${at}`)
    await clustered.setMany(keys.map((key) => [key, entryOf(key)]))
    const lost = slotOf(`${redis.prefix}key:0`) >> 8
    cluster.before = async (command) => {
      if (slotOf(nameIn(command)) >> 8 === lost) throw new Error('CLUSTERDOWN The cluster is down')
    }
    const found = await clustered.getMany(keys)
    const expected = keys.map((key) => (slotOf(redis.prefix + key) >> 8 === lost ? undefined : key))
    expect(found.map((entry) => entry?.value)).toStrictEqual(expected)
    await expect(clustered.clear()).rejects.toThrow('CLUSTERDOWN')
    cluster.before = undefined
    expect(await clustered.getMany(keys.slice(1))).not.toContain(expect.anything())
    await clustered.set('key:1', entryOf('new'))
    cluster.sent.length = 0
    await clustered.clear(true)
    expect(cluster.sent.map((command) => slotOf(nameIn(command)) >> 8)).toStrictEqual([lost])
    expect(await valueOf(clustered, 'key:1')).toBe('new')
    cluster.sent.length = 0
    await clustered.clear()
    expect(new Set(cluster.sent.map((command) => slotOf(nameIn(command)) >> 8)).size).toBe(64)
    expect(cluster.sent).toHaveLength(64)
    expect(await clustered.getMany(keys)).toStrictEqual(keys.map(() => undefined))
  })

  it('hides what was begun before it in the same turn, and what a plain set began', async () => {
    const plain = tierOver(redis.commands, { prefix: redis.prefix, lease: false })
    await tier.set('warm', entryOf(1))
    await Promise.all([tier.set('key', entryOf('old')), tier.clear()])
    expect(await valueOf(other, 'key')).toBeUndefined()
    await plain.set('key', entryOf(1))
    await other.clear()
    await plain.set('key', entryOf('new'))
    expect(await valueOf(other, 'key')).toBe('new')
  })

  it('begins another epoch each time that Redis gets its command, which clients may send again', async () => {
    await tier.clear()
    const command = spy.sent.find(([name]) => name === 'EVALSHA')!
    await other.set('key', entryOf('v1'))
    await other.clear()
    await redis.commands.send(redis.prefix, command)
    expect(await valueOf(other, 'key')).toBeUndefined()
  })

  it('costs the next load no more than another: the record that it hides is not sent', async () => {
    let bytes = 0
    const inner = { ...spy, isReady: true, send: spied }
    async function spied(key: string, command: readonly (string | Uint8Array)[]): Promise<Reply> {
      const reply = await redis.commands.send(key, command)
      if (Buffer.isBuffer(reply)) bytes += reply.length
      return reply
    }
    const reader = tierOver(inner, { prefix: redis.prefix, compression: false })
    await reader.set('key', entryOf('x'.repeat(100_000)))
    await reader.clear()
    bytes = 0
    await reader.get('key')
    expect(await reader.lease!.acquire('key', randomId(16), undefined)).toStrictEqual({ state: 'granted' })
    expect(bytes).toBeLessThan(100)
  })

  it('goes on where an epoch could not be begun at first', async () => {
    let isMute = true
    spy.before = ([name]) => (isMute && name === 'EVALSHA' ? new Promise(() => {}) : undefined)
    const epoch = new Epoch(spy, `${redis.prefix}epoch`)
    void epoch.current()
    await eventually(() => spy.sent.some(([name]) => name === 'EVALSHA'))
    isMute = false
    expect(await epoch.current()).toHaveLength(12)
  })
})
