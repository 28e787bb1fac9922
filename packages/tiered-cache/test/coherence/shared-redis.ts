import type { RedisServer } from '@org/testkit'
import type { Tier } from '@org/tiered-cache'
import { redisTier } from '@org/tiered-cache/redis'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { RedisStream } from '../../src/redis/stream.ts'
import { plainRedisCommands } from '../redis-commands.fixture.ts'

/** The Redis of one history as the parent sees it: at its own address, and never cut. */
export class SharedRedis {
  readonly #commands: RedisCommands
  readonly #stream: RedisStream
  readonly #streamKey: string
  readonly #tier: Tier

  constructor(server: RedisServer, prefix: string, stream: string, hasLeases: boolean) {
    this.#commands = plainRedisCommands(server.url)
    this.#stream = new RedisStream(this.#commands, { stream, maxLength: 1 })
    this.#streamKey = stream
    this.#tier = redisTier({ url: server.url, prefix, lease: hasLeases ? undefined : false })
  }

  async open(): Promise<void> {
    await Promise.all([this.#commands.open(), this.#tier.open?.()])
  }

  /** The version that it holds. */
  async version(key: string): Promise<number | undefined> {
    return (await this.#tier.get(key))?.value as number | undefined
  }

  /** Where the bus is; `undefined` where it is empty. */
  tip(): Promise<string | undefined> {
    return this.#stream.tip()
  }

  /** Everything published so far is at this id or before it, also where it has been flushed since. */
  async position(): Promise<string> {
    const tip = await this.tip()
    if (tip !== undefined) return tip
    const [seconds, micros] = (await this.#commands.send(this.#streamKey, ['TIME'])) as readonly Buffer[]
    return `${Math.floor(Number(seconds) * 1_000 + Number(micros) / 1_000)}-0`
  }

  async flush(): Promise<void> {
    await this.#commands.send(this.#streamKey, ['FLUSHALL'])
  }

  /** Takes all but the last messages from the stream. */
  async trim(): Promise<void> {
    await this.#commands.send(this.#streamKey, ['XTRIM', this.#streamKey, 'MAXLEN', '1'])
  }

  async close(): Promise<void> {
    await Promise.all([this.#commands.close(), this.#tier.close?.()])
  }
}
