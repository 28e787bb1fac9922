import { Socket } from 'node:net'
import { eventually, type RedisCluster, startCluster } from '@org/testkit'
import { Cluster } from 'ioredis'
import { Cluster as Cluster5 } from 'ioredis5'
import { Cluster as ValkeyCluster } from 'iovalkey'
import { createCluster } from 'redis'
import { createCluster as createCluster5 } from 'redis5'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { slotOf } from '../../src/redis/cluster-slot.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { commandsOver } from './commands-over.fixture.ts'
import type { UserClient } from './redis-clients.fixture.ts'

const b = (text: string): Buffer => Buffer.from(text)
/** One key on each third of the slots. */
const KEYS = ['k0', 'k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7', 'k8', 'k9']

type Make = (ports: readonly number[]) => UserClient

const nodeRedis =
  (create: typeof createCluster, RESP: 2 | 3): Make =>
  (ports) => {
    const rootNodes = ports.map((port) => ({ url: `redis://127.0.0.1:${port}` }))
    const client = create({ rootNodes, RESP, defaults: { socket: { reconnectStrategy: 50 } } })
    return {
      client,
      connect: () => client.connect(),
      isReady: () => client.isOpen,
      close: async () => client.destroy(),
    }
  }

const ioredis =
  (make: typeof Cluster): Make =>
  (ports) => {
    const nodes = ports.map((port) => ({ host: '127.0.0.1', port }))
    const client = new make(nodes, { lazyConnect: true })
    return {
      client,
      connect: () => client.connect(),
      isReady: () => client.status === 'ready',
      close: async () => client.disconnect(),
    }
  }

const KINDS: readonly (readonly [name: string, make: Make])[] = [
  ['node-redis 6, RESP 3', nodeRedis(createCluster, 3)],
  ['node-redis 6, RESP 2', nodeRedis(createCluster, 2)],
  ['node-redis 5, RESP 2', nodeRedis(createCluster5 as unknown as typeof createCluster, 2)],
  ['ioredis 6', ioredis(Cluster)],
  ['ioredis 5', ioredis(Cluster5 as unknown as typeof Cluster)],
  ['iovalkey', ioredis(ValkeyCluster as unknown as typeof Cluster)],
]

/** How long a client may take to find out what a node does, and how often it is asked. */
const AGAIN = { within: 25_000, every: 100 }

/** Writes of {@link KEYS}. None is waited for: a client may hold one for a node that is gone, and never settle it. */
class Writes {
  readonly served = new Set<string>()
  readonly refused = new Set<string>()
  readonly #by: RedisCommands

  constructor(by: RedisCommands) {
    this.#by = by
  }

  /** Sends one for each key that was not served yet. */
  send(): this {
    for (const key of KEYS) {
      if (this.served.has(key)) continue
      this.#by.send(key, ['SET', key, 'v']).then(
        () => this.served.add(key),
        () => this.refused.add(key),
      )
    }
    return this
  }
}

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startCluster()
}, 30_000)
afterAll(() => cluster.stop())

describe.each(KINDS)('redisCommands over a cluster of %s', (_name, make) => {
  let user: UserClient
  let commands: RedisCommands

  beforeEach(async () => {
    user = make(cluster.nodes.map(({ port }) => port))
    commands = await commandsOver(user)
  })
  afterEach(() => vi.restoreAllMocks())

  it('sends each command to the node of its key', async () => {
    expect(commands.isCluster).toBe(true)
    const bytes = Buffer.from([0, 255, 13, 10])
    await Promise.all(KEYS.map((key) => commands.send(key, ['SET', key, bytes])))
    const values = await Promise.all(KEYS.map((key) => commands.send(key, ['GET', key])))
    expect(values).toEqual(KEYS.map(() => bytes))
    const script = "return redis.call('GET', KEYS[1])"
    for (const key of KEYS) await expect(commands.send(key, ['EVAL', script, '1', key])).resolves.toEqual(bytes)
    await expect(commands.send('k0', ['EVALSHA', 'f'.repeat(40), '1', 'k0'])).rejects.toThrow(/^NOSCRIPT/)
  })

  it('takes many keys of one slot in one command', async () => {
    await commands.send('{t}1', ['MSET', '{t}1', 'one', '{t}2', 'two'])
    const many = ['MGET', '{t}1', '{t}absent', '{t}2']
    await expect(commands.send('{t}1', many)).resolves.toEqual([b('one'), null, b('two')])
    await expect(commands.send('{t}1', ['DEL', '{t}1', '{t}2'])).resolves.toBe(2)
  })

  it('sends what is asked in one turn together, to each node', async () => {
    await Promise.all(KEYS.map((key) => commands.send(key, ['SET', key, 'v'])))
    const one = vi.spyOn(Socket.prototype, '_write')
    const many = vi.spyOn(Socket.prototype as unknown as { _writev(): void }, '_writev')
    const asked = Array.from({ length: 10 }, () => KEYS.map((key) => commands.send(key, ['GET', key])))
    await Promise.all(asked.flat())
    expect(one.mock.calls.length + many.mock.calls.length).toBeLessThanOrEqual(cluster.nodes.length)
  })

  it('computes the slots that the cluster does', async () => {
    const keys = [
      '',
      'a',
      'foo{bar}{zap}',
      'foo{{bar}}zap',
      'foo{}{bar}',
      '{',
      '}{',
      'a}b{c}',
      'caf\u00e9 \u{1f680}',
      ...KEYS,
    ]
    for (const key of keys) {
      await expect(commands.send('k0', ['CLUSTER', 'KEYSLOT', key])).resolves.toBe(slotOf(key))
    }
  })

  it('blocks and hears on duplicates', async () => {
    const reading = commands.duplicate()
    const hearing = commands.duplicate()
    await Promise.all([reading.open(), hearing.open()])
    await commands.send('feed', ['DEL', 'feed'])
    const read = reading.send('feed', ['XREAD', 'BLOCK', '60000', 'STREAMS', 'feed', '0'])
    await commands.send('feed', ['XADD', 'feed', '1-1', 'a', 'b'])
    await expect(read).resolves.toEqual([[b('feed'), [[b('1-1'), [b('a'), b('b')]]]]])
    const heard: Buffer[] = []
    await hearing.subscribe('news', (message) => heard.push(message))
    await eventually(async () => {
      await commands.send('news', ['PUBLISH', 'news', 'hello'])
      return heard.length > 0
    })
    expect(heard[0]).toEqual(b('hello'))
    const blocked = expect(reading.send('feed', ['XREAD', 'BLOCK', '0', 'STREAMS', 'feed', '1-1'])).rejects.toThrow(
      Error,
    )
    await Promise.all([reading.close(), hearing.close()])
    await blocked
    expect(user.client.listenerCount('error')).toBe(1)
  })

  it('loses the keys of a master that is gone, keeps the others, and finds all again', {
    timeout: 90_000,
  }, async () => {
    const duplicate = commands.duplicate()
    await duplicate.open()
    const gone = cluster.nodes[0]!
    await gone.kill()
    // The first of three masters has the first third of the slots.
    const kept = KEYS.filter((key) => slotOf(key) > 5_460)
    const during = new Writes(commands)
    await eventually(() => during.send().refused.size > 0 && during.served.size === kept.length, AGAIN)
    expect([...during.served].toSorted()).toEqual(kept)
    await gone.restart()
    for (const by of [commands, duplicate]) {
      const after = new Writes(by)
      await eventually(() => after.send().served.size === KEYS.length, AGAIN)
    }
    expect(user.client.listenerCount('error')).toBe(1)
    await duplicate.close()
  })
})
