import { onTestFinished } from 'vitest'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import type { UserClient } from './redis-clients.fixture.ts'

/** Connects `user`, and gives commands over it that are open; both are closed when the test ends. */
export async function commandsOver(user: UserClient): Promise<RedisCommands> {
  const commands = redisCommands({ client: user.client }, 'redisTier')
  onTestFinished(async () => {
    await commands.close()
    await user.close()
  })
  await user.connect()
  await commands.open()
  return commands
}
