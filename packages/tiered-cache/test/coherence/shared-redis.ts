import type { RedisServer } from '@org/testkit'
import type { Tier } from '@org/tiered-cache'
import { redisTier } from '@org/tiered-cache/redis'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { RedisStream } from '../../src/redis/stream.ts'
import { stampKey } from '../../src/core/tags/stamp-keys.ts'
import { plainRedisCommands } from '../redis-commands.fixture.ts'

/** What Redis holds of a key: a value, and what a reader makes of it by its tags. */
export interface HeldValue {
  readonly value: number
  readonly isValid: boolean
  readonly isFresh: boolean
}

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

  /** The value that it holds, and whether its tags have the same stamps now; these are read later. */
  async held(key: string): Promise<HeldValue | undefined> {
    const entry = await this.#tier.get(key)
    if (entry === undefined) return undefined
    const { value, stamps } = entry
    const isCurrent = async (mode: 'delete' | 'expire'): Promise<boolean> => {
      const ids = await Promise.all(stamps.map(async ({ tag }) => this.#tier.get(stampKey(tag, mode))))
      return stamps.every((stamp, at) => ids[at]?.value === stamp[mode])
    }
    const [isValid, isUnexpired] = await Promise.all([isCurrent('delete'), isCurrent('expire')])
    return { value: value as number, isValid, isFresh: isValid && isUnexpired }
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
