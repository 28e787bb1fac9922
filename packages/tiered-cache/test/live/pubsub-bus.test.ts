import { ManualClock } from '@org/breaker/testing'
import { eventually } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { channelBus } from '../../src/redis/pubsub-bus.ts'
import type { BusTiming } from '../../src/redis/reader-connection.ts'
import type { Bus } from '../../src/tiers/bus.ts'
import { deleting, Heard } from '../heard.fixture.ts'
import { redisBehindProxy } from './redis-behind-proxy.fixture.ts'

const TIMING: BusTiming = { clock: systemClock, beatMs: 50, answerWithinMs: 1_000 }

const net = redisBehindProxy()

/** Publishes by one address and hears by another. */
function busAt(publishUrl: string, hearUrl: string, timing: Partial<BusTiming> = {}): Bus {
  const publishing = redisCommands({ url: publishUrl }, 'test')
  const subscribing = redisCommands({ url: hearUrl }, 'test')
  const commands: RedisCommands = {
    isCluster: false,
    get isReady() {
      return publishing.isReady
    },
    send: (key, command) => publishing.send(key, command),
    open: () => publishing.open(),
    close: () => publishing.close(),
    duplicate: () => subscribing.duplicate(),
    subscribe: () => Promise.reject(new Error('on a duplicate')),
  }
  const bus = channelBus(commands, 'bus', { ...TIMING, ...timing })
  onTestFinished(() => bus.close?.())
  return bus
}

async function hearing(bus: Bus): Promise<Heard> {
  const heard = new Heard()
  bus.subscribe(undefined, heard)
  await eventually(() => heard.gaps === 1 && bus.hasCaughtUp)
  return heard
}

describe('redisPubSubBus', () => {
  it('tells a gap after a cut, once it hears the channel again', async () => {
    const [a, b] = [busAt(net.redis.url, net.redis.url), busAt(net.redis.url, net.proxy.url)]
    const heard = await hearing(b)
    await a.publish(deleting('before'))
    await eventually(() => heard.messages.length === 1)
    await net.proxy.cut()
    await a.publish(deleting('lost'))
    await net.proxy.pass()
    await eventually(() => heard.gaps === 2)
    await a.publish(deleting('after'))
    await eventually(() => heard.messages.length === 2)
    expect(heard.log).toEqual(['gap', 'before', 'gap', 'after'])
  })

  it('tells a gap after each reconnection, however quick', async () => {
    const bus = busAt(net.redis.url, net.redis.url, { beatMs: 60_000, answerWithinMs: 70_000 })
    const heard = await hearing(bus)
    for (const gaps of [2, 3]) {
      await net.ask('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await eventually(() => heard.gaps === gaps)
    }
    await bus.publish(deleting('after'))
    await eventually(() => heard.messages.length === 1)
    expect(heard.log).toEqual(['gap', 'gap', 'gap', 'after'])
  })

  it('tells a gap when its ping does not come back, over another connection', async () => {
    const clock = new ManualClock()
    const bus = busAt(net.redis.url, net.proxy.url, { clock, beatMs: 5_000, answerWithinMs: 6_000 })
    const heard = await hearing(bus)
    net.proxy.mute()
    await bus.publish(deleting('lost'))
    await clock.advance(5_000)
    await pinged(clock)
    await clock.advance(6_000)
    await eventually(() => net.proxy.connections === 0)
    await net.proxy.cut()
    await net.proxy.pass()
    await eventually(async () => {
      await clock.advance(50)
      return heard.gaps === 2
    })
    expect(heard.log).toEqual(['gap', 'gap'])
  })

  it('knows by its ping that it has heard everything', async () => {
    const clock = new ManualClock()
    const bus = busAt(net.redis.url, net.redis.url, { clock, beatMs: 5_000, answerWithinMs: 6_000 })
    const heard = await hearing(bus)
    await eventually(async () => {
      await clock.advance(1)
      return bus.silentMs > 10
    })
    await clock.advance(5_000)
    await eventually(() => bus.silentMs < 10)
    expect(heard.log).toEqual(['gap'])
  })

  it('goes on hearing while its pings cannot be sent, and says how long it has no proof', async () => {
    const bus = busAt(net.proxy.url, net.redis.url)
    const heard = await hearing(bus)
    await eventually(() => net.proxy.connections === 1)
    await net.proxy.cut()
    await busAt(net.redis.url, net.redis.url).publish(deleting('heard'))
    await eventually(() => heard.messages.length === 1)
    await eventually(() => bus.silentMs > 200)
    await net.proxy.pass()
    await eventually(() => bus.silentMs < 100)
    expect(heard.log).toEqual(['gap', 'heard'])
  })

  it('tells a gap at a message that nobody can read, and ignores pings', async () => {
    const [a, b] = [busAt(net.redis.url, net.redis.url), busAt(net.redis.url, net.redis.url)]
    const heard = await hearing(a)
    await hearing(b)
    await net.ask('PUBLISH', 'bus', 'ping:of:another')
    await net.ask('PUBLISH', 'bus', '{"a":"future"}')
    await a.publish(deleting('after'))
    await eventually(() => heard.messages.length === 1)
    expect(heard.log).toEqual(['gap', 'gap', 'after'])
  })

  it('ends its connections and timers at close', async () => {
    const clock = new ManualClock()
    const bus = busAt(net.proxy.url, net.proxy.url, { clock })
    await hearing(bus)
    await bus.publish(deleting('m'))
    await bus.close?.()
    await eventually(() => net.proxy.connections === 0 && clock.pendingTimers === 0)
    await expect(bus.publish(deleting('late'))).rejects.toThrow('the bus is closed')
  })
})

/** Resolves once the ping has been sent: then the deadline of its echo is what waits. */
async function pinged(clock: ManualClock): Promise<void> {
  await eventually(() => clock.pendingTimers === 1)
  await net.ask('PING')
}
