import { type Clock, systemClock } from '../clock.ts'
import { assertName, assertOptions } from '../option-object.ts'
import type { Bus } from '../tiers/bus.ts'
import { ChannelReader } from './channel-reader.ts'
import { redisCommands } from './client/redis-commands.ts'
import type { RedisSource } from './client/redis-source.ts'
import type { RedisCommands } from './commands.ts'
import { BUS_TIMING, type BusTiming } from './reader-connection.ts'
import { RedisBus } from './redis-bus.ts'

/** Options of {@link redisPubSubBus}. */
export interface RedisPubSubBusOptions extends RedisSource {
  /** One for all nodes of a cache. Default `'cache-bus'`. */
  readonly channel?: string | undefined
  readonly clock?: Clock | undefined
}

const OPTIONS = ['url', 'client', 'channel', 'clock']

/**
 * A bus over Redis pub/sub, for servers without streams: prefer `redisBus`.
 *
 * The promise is weaker. A channel keeps nothing: each start and each reconnection is a gap, a cursor is good for nothing, and what
 * is published while a connection is dead is lost until the gap is told: 11 s later at most, when a ping of the node's own has not
 * come back. On a Cluster a message may be lost between its nodes, without a gap.
 * @throws TypeError or RangeError naming the option and the value.
 */
export function redisPubSubBus(options: RedisPubSubBusOptions = {}): Bus {
  assertOptions('redisPubSubBus options', options, OPTIONS)
  const { url, client, channel = 'cache-bus', clock = systemClock } = options
  assertName('channel', channel)
  return channelBus(redisCommands({ url, client }, 'redisPubSubBus'), channel, { ...BUS_TIMING, clock })
}

/** The bus of these commands. */
export function channelBus(commands: RedisCommands, channel: string, timing: BusTiming): Bus {
  return new RedisBus(commands, timing, {
    send: (body) => commands.send(channel, ['PUBLISH', channel, body]),
    read: (_from, listener) => new ChannelReader(commands, channel, timing, listener),
  })
}
