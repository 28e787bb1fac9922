import { type RedisServer, startRedis } from '@org/testkit'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { plainRedisCommands } from '../redis-commands.fixture.ts'
import { ownPrefix } from '../redis-tier.fixture.ts'

/** A Redis for the tests of one file. */
export interface OwnRedis {
  readonly url: string
  /** Commands that are open. */
  readonly commands: RedisCommands
  /** Another one in each test. */
  readonly prefix: string
}

/** An {@link OwnRedis} for all tests of the file or `describe` that calls it, between `beforeAll` and `afterAll`. */
export function ownRedis(): OwnRedis {
  let server!: RedisServer
  let commands!: RedisCommands
  let prefix!: string
  beforeAll(async () => {
    server = await startRedis()
    commands = plainRedisCommands(server.url)
    await commands.open()
  })
  afterAll(async () => {
    await commands?.close()
    await server?.stop()
  })
  beforeEach(() => {
    prefix = ownPrefix()
  })
  return {
    get url() {
      return server.url
    },
    get commands() {
      return commands
    },
    get prefix() {
      return prefix
    },
  }
}
