import { type Clock, systemClock } from '../clock.ts'
import { assertCount, assertName, assertOptions } from '../option-object.ts'
import type { Bus } from '../tiers/bus.ts'
import { redisCommands } from './client/redis-commands.ts'
import type { RedisSource } from './client/redis-source.ts'
import type { RedisCommands } from './commands.ts'
import { BUS_TIMING, type BusTiming } from './reader-connection.ts'
import { RedisBus } from './redis-bus.ts'
import { SentMessages } from './sent-messages.ts'
import { RedisStream, type StreamKey } from './stream.ts'
import { StreamReader } from './stream-reader.ts'

/** Options of {@link redisBus}. */
export interface RedisBusOptions extends RedisSource {
  /** The key of the stream; one for all nodes of a cache. Default `'cache-bus'`. */
  readonly stream?: string | undefined
  /**
   * How many messages the stream keeps, about; who comes back later than that has a gap. Default 100 000, which are 12 MB with keys of
   * 12 characters and 22 MB with keys of 100.
   */
  readonly maxLength?: number | undefined
  readonly clock?: Clock | undefined
}

const OPTIONS = ['url', 'client', 'stream', 'maxLength', 'clock']

/**
 * A bus over a Redis stream (Redis 6.2 or later, Valkey). Who was cut off reads on from where he was, and so does who restarts with
 * a cursor: nothing is missed. Where messages were lost (trimmed, FLUSHALL, a failover that rolls back), a gap is told: at the next
 * message, at the latest with the next heartbeat, 5 s after the last.
 *
 * It takes one connection more, which a blocking read holds; no answer there for 6 s, and another one takes its place. Neither keeps
 * the process alive. On a Cluster all messages go through the one node that has the stream.
 * @throws TypeError or RangeError naming the option and the value.
 */
export function redisBus(options: RedisBusOptions = {}): Bus {
  assertOptions('redisBus options', options, OPTIONS)
  const { url, client, stream = 'cache-bus', maxLength = 100_000, clock = systemClock } = options
  assertName('stream', stream)
  assertCount('maxLength', maxLength, 1)
  return streamBus(redisCommands({ url, client }, 'redisBus'), { stream, maxLength }, { ...BUS_TIMING, clock })
}

/** The bus of these commands. */
export function streamBus(commands: RedisCommands, key: StreamKey, timing: BusTiming): Bus {
  const stream = new RedisStream(commands, key)
  const sent = new SentMessages()
  return new RedisBus(commands, timing, {
    send: async (body) => sent.sent(await stream.append(body)),
    read: (from, listener) => new StreamReader(commands, { ...key, ...timing, sent }, from, listener),
  })
}
