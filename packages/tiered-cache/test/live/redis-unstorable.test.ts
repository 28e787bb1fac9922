import { inject, afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '@org/testkit'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { plainRedisCommands } from '../redis-commands.fixture.ts'
import { entryOf, tierOver } from '../redis-tier.fixture.ts'

const BAD = entryOf(() => 1)
const TOKEN = 'a'.repeat(22)

let commands: RedisCommands
beforeAll(async () => {
  commands = plainRedisCommands(inject('redisUrl'))
  await commands.open()
})
afterAll(() => commands.close())

describe('RedisTier: a set of what cannot be stored', () => {
  it('leaves no lease that others would wait for', async () => {
    const tier = tierOver(commands, { lease: { duration: '1h' } })
    await expect(tier.set('key', BAD)).rejects.toMatchObject({ code: 'ERR_CACHE_UNSTORABLE' })
    await eventually(async () => {
      expect(await tier.lease!.acquire('key', TOKEN, undefined)).toStrictEqual({ state: 'granted' })
    })
  })

  it('leaves what was there', async () => {
    const tier = tierOver(commands)
    await tier.set('key', entryOf('v'))
    await expect(tier.set('key', BAD)).rejects.toMatchObject({ code: 'ERR_CACHE_UNSTORABLE' })
    expect((await tier.get('key'))?.value).toBe('v')
  })
})
