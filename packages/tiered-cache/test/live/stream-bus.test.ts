import { eventually, gate } from '@org/testkit'
import { ManualClock } from '@org/breaker/testing'
import { createClient } from 'redis'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type Clock, systemClock } from '../../src/clock.ts'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import type { BusTiming } from '../../src/redis/reader-connection.ts'
import { streamBus } from '../../src/redis/stream-bus.ts'
import type { Bus } from '../../src/tiers/bus.ts'
import { deleting, Heard } from '../heard.fixture.ts'
import { redisBehindProxy } from './redis-behind-proxy.fixture.ts'

const KEY = { stream: 'bus', maxLength: 100_000 }
const SLOW_BEAT = { beatMs: 60_000, answerWithinMs: 70_000 }
const TIMING: BusTiming = { clock: systemClock, beatMs: 50, answerWithinMs: 1_000 }

const net = redisBehindProxy()
beforeEach(() => net.ask('FLUSHALL'))

/** Its heartbeat comes after 50 ms; what only a heartbeat can show is seen soon. */
function busAt(url: string, timing: Partial<BusTiming> = {}, maxLength = KEY.maxLength): Bus {
  const bus = streamBus(redisCommands({ url }, 'test'), { ...KEY, maxLength }, { ...TIMING, ...timing })
  onTestFinished(() => bus.close?.())
  return bus
}

/** A subscription that knows its position. */
async function hearing(bus: Bus, from?: string): Promise<Heard> {
  const heard = new Heard()
  bus.subscribe(from, heard)
  await eventually(() => bus.hasCaughtUp)
  return heard
}

describe('redisBus', () => {
  it('tells where it begins with a gap, and has caught up then', async () => {
    const bus = busAt(net.redis.url)
    expect([bus.silentMs, bus.hasCaughtUp]).toEqual([Infinity, false])
    const heard = await hearing(bus)
    expect(heard.log).toEqual(['gap'])
    expect(bus.silentMs).toBeLessThan(Infinity)
  })

  it('position 0-0 in an empty stream: it says hello instead, and notices that the stream is empty again', async () => {
    const [a, b] = [busAt(net.redis.url), busAt(net.redis.url)]
    const heard = await hearing(b)
    expect(heard.cursor).not.toBe('0-0')
    await net.ask('FLUSHALL')
    await eventually(() => heard.gaps === 2)
    await a.publish(deleting('next'))
    await eventually(() => heard.messages.includes('next'))
    expect(heard.gaps).toBe(2)
  })

  it('look for gaps only after a reconnect: a message lost and another read over one connection is a gap', async () => {
    const bus = busAt(net.redis.url, SLOW_BEAT)
    const heard = await hearing(bus)
    const before = await eventually(reader)
    // One transaction: no reader gets the first of the two.
    const client = createClient({ url: net.redis.url })
    await client.connect()
    await client
      .multi()
      .addCommand(['XADD', 'bus', '*', 'p', heard.cursor as string, 'm', '{"a":"hello"}'])
      .addCommand(['FLUSHALL'])
      .exec()
    client.destroy()
    await bus.publish(deleting('m3'))
    await eventually(() => heard.messages.length === 1)
    expect(heard.log).toEqual(['gap', 'gap', 'm3'])
    expect(await eventually(reader)).toBe(before)
  })

  it('compare the first id only: a message lost between two of one answer is a gap', async () => {
    const bus = busAt(net.redis.url)
    const heard = await hearing(bus)
    const add = `local function add(p, key) return redis.call('XADD', KEYS[1], '*', 'p', p, 'm',
      cjson.encode({ o = 'n', a = 'delete', n = '', k = { key } })) end
      local lost = add(add(ARGV[1], 'm1'), 'm2')
      redis.call('XDEL', KEYS[1], lost)
      add(lost, 'm3')`
    await net.ask('EVAL', add, '1', 'bus', heard.cursor as string)
    await eventually(() => heard.messages.length === 2)
    expect(heard.log).toEqual(['gap', 'm1', 'gap', 'm3'])
  })

  it('gap: drop, then read the tip: what is published before the tip is read is covered by the gap', async () => {
    const heard = new Heard()
    const [asked, go] = [gate(), gate()]
    const commands = intercepted(redisCommands({ url: net.redis.url }, 'test'), async (command) => {
      if (command[0] !== 'XREVRANGE') return
      asked.open()
      await go.promise
    })
    const bus = streamBus(commands, KEY, TIMING)
    onTestFinished(() => bus.close?.())
    bus.subscribe(undefined, heard)
    await asked.promise
    await busAt(net.redis.url).publish(deleting('m2'))
    expect(heard.log).toEqual([])
    go.open()
    await eventually(() => heard.gaps === 1)
    expect(heard.cursor).toBe(await tip())
  })

  it('tells what is published while it begins, or covers it by the gap', async () => {
    const writer = busAt(net.redis.url)
    const heard = new Heard()
    const keys = Array.from({ length: 300 }, (_, at) => `m${at}`)
    const writing = (async () => {
      for (const key of keys) await writer.publish(deleting(key))
    })()
    await eventually(async () => Number(await net.ask('XLEN', 'bus')) > 0)
    busAt(net.redis.url).subscribe(undefined, heard)
    await writing
    await writer.publish(deleting('last'))
    await eventually(() => heard.messages.at(-1) === 'last')
    expect(heard.log[0]).toBe('gap')
    expect(heard.messages).toEqual([...keys, 'last'].slice(-heard.messages.length))
  })

  describe('after a cut', () => {
    it('reads on over a new connection, without a gap', async () => {
      const [a, b] = [busAt(net.redis.url), busAt(net.proxy.url)]
      const heard = await hearing(b)
      await a.publish(deleting('before'))
      await eventually(() => heard.messages.length === 1)
      await net.proxy.cut()
      await a.publish(deleting('meanwhile', 'and more'))
      await expect(b.publish(deleting('refused'))).rejects.toThrow(Error)
      await net.proxy.pass()
      await eventually(() => heard.messages.length === 2)
      await eventually(() => b.publish(deleting('after')).then(() => true))
      await eventually(() => heard.messages.length === 3)
      expect(heard.log).toEqual(['gap', 'before', 'meanwhile and more', 'after'])
      expect(b.hasCaughtUp).toBe(true)
    })

    it('connects when Redis comes up later', async () => {
      await net.proxy.cut()
      const bus = busAt(net.proxy.url)
      const heard = new Heard()
      bus.subscribe(undefined, heard)
      await expect(bus.publish(deleting('refused'))).rejects.toThrow(Error)
      await net.proxy.pass()
      await eventually(() => bus.publish(deleting('taken')).then(() => true))
      await eventually(() => heard.gaps === 1)
    })

    it('tells 10 000 messages in order', { timeout: 30_000 }, async () => {
      const [a, b] = [busAt(net.redis.url), busAt(net.proxy.url)]
      const heard = await hearing(b)
      await net.proxy.cut()
      const keys = Array.from({ length: 10_000 }, (_, at) => `key ${at}`)
      for (let at = 0; at < keys.length; at += 500) {
        await Promise.all(keys.slice(at, at + 500).map((key) => a.publish(deleting(key))))
      }
      await net.proxy.pass()
      await eventually(() => heard.messages.length === keys.length, { within: 20_000 })
      expect(heard.log).toEqual(['gap', ...keys])
    })

    it('has not told everything while answers are full ones', async () => {
      const writer = busAt(net.redis.url)
      const { cursor } = await hearing(busAt(net.redis.url))
      await Promise.all(Array.from({ length: 2_500 }, (_, at) => writer.publish(deleting(`${at}`))))
      const bus = busAt(net.redis.url)
      const behind: (readonly [number, boolean, number])[] = []
      const heard = new Heard()
      const look = (): void => {
        behind.push([heard.log.length, bus.hasCaughtUp, bus.silentMs])
      }
      bus.subscribe(cursor, {
        message: (message, at) => (heard.message(message, at), look()),
        gap: (at) => heard.gap(at),
      })
      await eventually(() => heard.log.length === 2_500)
      expect(heard.gaps).toBe(0)
      expect(behind.every(([, , silentMs]) => silentMs === Infinity)).toBe(true)
      expect(behind.findIndex(([, caughtUp]) => caughtUp)).toBe(2_499)
      await eventually(() => bus.hasCaughtUp && bus.silentMs < Infinity)
    })
  })

  describe('over a connection that gives no answer', () => {
    it('takes another one after 6 s, and misses nothing', async () => {
      const clock = new ManualClock()
      const [a, b] = [busAt(net.redis.url), busAt(net.proxy.url, { clock, beatMs: 5_000, answerWithinMs: 6_000 })]
      const heard = await hearing(b)
      await eventually(async () => (await blockedReaders()) === 1)
      net.proxy.mute()
      await a.publish(deleting('while mute'))
      await clock.advance(5_999)
      expect([b.silentMs, net.proxy.connections]).toEqual([5_999, 2])
      await clock.advance(1)
      await eventually(() => net.proxy.connections === 1)
      await net.proxy.pass()
      await eventually(async () => {
        await clock.advance(20)
        return heard.messages.length === 1
      })
      expect(heard.log).toEqual(['gap', 'while mute'])
      expect(b.silentMs).toBeLessThan(6_000)
    })

    it('takes an answer that is too late for none, as a process gets it that was frozen', async () => {
      let frozenMs = 0
      const clock: Clock = { ...systemClock, monotonic: () => performance.now() + frozenMs }
      const bus = busAt(net.redis.url, { clock, ...SLOW_BEAT })
      const heard = await hearing(bus)
      const before = await eventually(reader)
      frozenMs = 80_000
      await bus.publish(deleting('m'))
      await eventually(() => heard.messages.length === 1)
      expect(heard.log).toEqual(['gap', 'm'])
      expect(await eventually(reader)).not.toBe(before)
    })

    it('rejects a publish that gets no answer', async () => {
      const clock = new ManualClock()
      const bus = busAt(net.proxy.url, { clock })
      await bus.publish(deleting('taken'))
      net.proxy.mute()
      const refused = expect(bus.publish(deleting('lost'))).rejects.toMatchObject({ code: 'ERR_CACHE_TIER_DEADLINE' })
      await clock.advance(1_000)
      await refused
    })
  })

  describe('where the stream is not what it was', () => {
    const damages: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['FLUSHALL', () => net.ask('FLUSHALL')],
      ['DEL of the stream', () => net.ask('DEL', 'bus')],
      ['a stream with earlier ids', () => replaced('5-1')],
      ['a stream with later ids', () => replaced('9999999999999-1')],
      ['a stream trimmed to nothing', () => net.ask('XTRIM', 'bus', 'MAXLEN', '0')],
      ['a rolled-back stream', async () => net.ask('XDEL', 'bus', await tip())],
      ['a foreign entry', () => net.ask('XADD', 'bus', '*', 'who', 'knows')],
      ['a body that nobody can read', async () => net.ask('XADD', 'bus', '*', 'p', await tip(), 'm', '{"a":"future"}')],
      ['a server restarted empty', () => net.redis.restart()],
      ['scripts and data flushed together', async () => [await net.ask('SCRIPT', 'FLUSH'), await net.ask('FLUSHALL')]],
    ]
    const replaced = async (id: string): Promise<void> => {
      const hello = ['p', '0-0', 'm', '{"a":"hello"}']
      await net.ask(
        'EVAL',
        "redis.call('DEL', KEYS[1]) return redis.call('XADD', KEYS[1], unpack(ARGV))",
        '1',
        'bus',
        id,
        ...hello,
      )
    }

    it.each(damages)('tells one gap after %s, and goes on', async (_, damage) => {
      const [a, b] = [busAt(net.redis.url), busAt(net.redis.url)]
      const heard = await hearing(b)
      await a.publish(deleting('before'))
      await eventually(() => heard.messages.length === 1)
      await damage()
      await eventually(() => heard.gaps === 2)
      await eventually(() => a.publish(deleting('after')).then(() => true))
      await eventually(() => heard.messages.includes('after'))
      expect(heard.log).toEqual(['gap', 'before', 'gap', 'after'])
      expect(heard.cursor).toBe(await tip())
    })

    it.each(damages)('tells a gap at a restart with a cursor from before %s', async (_, damage) => {
      const first = busAt(net.redis.url)
      const before = await hearing(first)
      await first.publish(deleting('before'))
      await eventually(() => before.messages.length === 1)
      await first.close?.()
      await damage()
      // No heartbeat tells it.
      const heard = await hearing(busAt(net.redis.url, SLOW_BEAT), before.cursor)
      await eventually(() => heard.gaps === 1)
      expect(heard.log).toEqual(['gap'])
    })

    it('tells a gap where the stream was trimmed past its cursor, none where it was trimmed up to it', async () => {
      const writer = busAt(net.redis.url)
      const before = await hearing(writer)
      for (const key of ['m1', 'm2', 'm3', 'm4']) await writer.publish(deleting(key))
      await eventually(() => before.messages.length === 4)
      await net.ask('XTRIM', 'bus', 'MAXLEN', '2')
      const [, m1, m2] = before.cursors
      const [early, late] = [new Heard(), new Heard()]
      busAt(net.redis.url).subscribe(m1, early)
      busAt(net.redis.url).subscribe(m2, late)
      await eventually(() => late.messages.length === 2 && early.messages.length === 2)
      expect(early.log).toEqual(['gap', 'm3', 'm4'])
      expect(late.log).toEqual(['m3', 'm4'])
    })

    it.each(['0-0', '', '7', 'nonsense', 'local:3', '1-1-1', '-1-1'])(
      'takes the cursor %j for none',
      async (cursor) => {
        const writer = busAt(net.redis.url)
        await writer.publish(deleting('old'))
        const heard = await hearing(busAt(net.redis.url), cursor)
        expect(heard.log).toEqual(['gap'])
      },
    )

    it('keeps about as many messages as it may', async () => {
      const bus = busAt(net.redis.url, {}, 100)
      for (let round = 0; round < 20; round++) {
        await Promise.all(Array.from({ length: 50 }, (_, at) => bus.publish(deleting(`${at}`))))
      }
      expect(Number(await net.ask('XLEN', 'bus'))).toBeLessThan(300)
    })

    it('keeps all messages where it may', async () => {
      const bus = busAt(net.redis.url, {}, Infinity)
      await Promise.all(Array.from({ length: 500 }, (_, at) => bus.publish(deleting(`${at}`))))
      expect(Number(await net.ask('XLEN', 'bus'))).toBe(500)
    })
  })

  it('publishes after SCRIPT FLUSH as before, without a gap', async () => {
    const bus = busAt(net.redis.url)
    const heard = await hearing(bus)
    for (const key of ['m1', 'm2', 'm3']) {
      await bus.publish(deleting(key))
      await net.ask('SCRIPT', 'FLUSH')
    }
    await eventually(() => heard.messages.length === 3)
    expect(heard.log).toEqual(['gap', 'm1', 'm2', 'm3'])
  })

  it('keeps the chain whole under several publishers at once, and tells all the same order', async () => {
    const buses = [busAt(net.redis.url), busAt(net.redis.url), busAt(net.redis.url)]
    const heard = await Promise.all(buses.map((bus) => hearing(bus)))
    await Promise.all(
      buses.flatMap((bus, at) =>
        Array.from({ length: 200 }, (_, message) => bus.publish(deleting(`${at}/${message}`))),
      ),
    )
    await eventually(() => heard.every(({ messages }) => messages.length === 600))
    for (const each of heard) expect(each.log).toEqual(['gap', ...(heard[0] as Heard).messages])
  })

  it('sends many keys as several messages', async () => {
    const bus = busAt(net.redis.url)
    const heard = await hearing(bus)
    const keys = Array.from({ length: 2_500 }, (_, at) => `key:${at}`)
    await bus.publish(deleting(...keys))
    await eventually(() => heard.messages.length === 3)
    expect(heard.messages.join(' ')).toBe(keys.join(' '))
  })

  it('takes one subscription at a time', async () => {
    const bus = busAt(net.redis.url)
    const off = bus.subscribe(undefined, new Heard())
    expect(() => bus.subscribe(undefined, new Heard())).toThrow('one at a time')
    off()
    expect(bus.silentMs).toBe(Infinity)
    expect((await hearing(bus)).log).toEqual(['gap'])
  })

  it('ends at close at once, with a read that blocks', async () => {
    const bus = busAt(net.proxy.url, SLOW_BEAT)
    await hearing(bus)
    await bus.publish(deleting('m'))
    await eventually(async () => (await blockedReaders()) === 1)
    await bus.close?.()
    await bus.close?.()
    await eventually(() => net.proxy.connections === 0)
    await expect(bus.publish(deleting('late'))).rejects.toThrow('the bus is closed')
    expect(() => bus.subscribe(undefined, new Heard())).toThrow('the bus is closed')
    expect([bus.silentMs, bus.hasCaughtUp]).toEqual([Infinity, false])
  })

  it('leaves no timer behind', async () => {
    const clock = new ManualClock()
    const bus = busAt(net.redis.url, { clock })
    const heard = await hearing(bus)
    await bus.publish(deleting('m'))
    await eventually(() => heard.messages.length === 1)
    await bus.close?.()
    await eventually(() => clock.pendingTimers === 0)
  })
})

async function tip(): Promise<string> {
  const [entry] = (await net.ask('XREVRANGE', 'bus', '+', '-', 'COUNT', '1')) as unknown as [[string]]
  return entry[0]
}

/** Which connection waits in Redis for a message. */
async function reader(): Promise<string> {
  const [, id] = /id=(\d+) .* flags=b /.exec(String(await net.ask('CLIENT', 'LIST'))) ?? []
  expect(id).toBeDefined()
  return id as string
}

/** How many readers wait in Redis for a message. */
async function blockedReaders(): Promise<number> {
  return String(await net.ask('CLIENT', 'LIST')).match(/ flags=b /g)?.length ?? 0
}

/** The same commands, each sent after `before` has settled; also over connections made of it. */
function intercepted(
  commands: RedisCommands,
  before: (command: readonly (string | Uint8Array)[]) => Promise<void>,
): RedisCommands {
  return {
    isCluster: commands.isCluster,
    isReady: commands.isReady,
    async send(key, command) {
      await before(command)
      return commands.send(key, command)
    },
    open: () => commands.open(),
    close: () => commands.close?.(),
    duplicate: () => intercepted(commands.duplicate(), before),
    subscribe: (...subscription) => commands.subscribe(...subscription),
  }
}
