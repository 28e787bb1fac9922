import { describe, expect, it } from 'vitest'
import { isRefusal } from '../refusal.ts'
import { BorrowedCommands } from './borrowed-commands.ts'
import type { RedisClient } from './redis-client.ts'

function commandsOver(facts: Partial<RedisClient>): BorrowedCommands {
  const client = { isCluster: true, isReady: true, isUnconnected: false, isReadyFor: () => true, ...facts }
  return new BorrowedCommands({
    ...client,
    send: async () => 1,
    duplicate: () => {
      throw new Error('not here')
    },
  })
}

/** Whether a failed command is no reason to take the whole of Redis for dead. */
async function isRefused(commands: BorrowedCommands): Promise<boolean> {
  return commands.send('key', ['GET', 'key']).then(
    () => expect.unreachable(),
    (error: unknown) => isRefusal(error),
  )
}

describe('BorrowedCommands', () => {
  it('refuses at once what the part of a cluster would have to take that is away', async () => {
    expect(await isRefused(commandsOver({ isReadyFor: () => false }))).toBe(true)
  })

  it('fails where the whole of it is away', async () => {
    expect(await isRefused(commandsOver({ isReady: false, isReadyFor: () => false }))).toBe(false)
  })
})
