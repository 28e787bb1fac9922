import { execFile } from 'node:child_process'
import { inspect, promisify } from 'node:util'
import { eventually, freePort, type RedisServer, startProxy, startRedis } from '@org/testkit'
import { createClient } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { commandsOfUrl } from '../../src/redis/client/redis-commands.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { STANDALONE_CLIENTS } from './redis-clients.fixture.ts'

const PASSWORD = 'hunter2-%@/'
const PROGRAM = new URL('./redis-client-exit.node.ts', import.meta.url).pathname

describe.each([
  ['6', { createClient }],
  ['5', { createClient: createClient5 }],
])('a connection of our own, by node-redis %s', (_version, nodeRedis) => {
  let server: RedisServer
  let commands: RedisCommands
  const address = (password = PASSWORD): string =>
    `redis://me:${encodeURIComponent(password)}@127.0.0.1:${server.port}/3`
  const own = (url: string): RedisCommands => commandsOfUrl('redisTier url', url, nodeRedis)

  beforeAll(async () => {
    server = await startRedis({ args: ['--user', 'me', 'on', `>${PASSWORD}`, '~*', '&*', '+@all'] })
  })
  afterAll(() => server.stop())
  beforeEach(() => {
    commands = own(address())
  })
  afterEach(() => commands.close())

  it('logs in and takes the database of its address', async () => {
    await commands.open()
    const info = String(await commands.send('k', ['CLIENT', 'INFO']))
    expect(info).toMatch(/ db=3 /)
    expect(commands).toMatchObject({ isReady: true, isCluster: false })
  })

  it('is back without a call after Redis was killed, in the same database', async () => {
    await commands.open()
    const sent = commands.send('k', ['XREAD', 'BLOCK', '0', 'STREAMS', 'never', '$'])
    const lost = expect(sent).rejects.toThrow(Error)
    await server.kill()
    await lost
    await expect(commands.send('k', ['PING'])).rejects.toThrow('the Redis client is not connected')
    await eventually(() => commands.send('k', ['PING']).catch((error: Error) => /ECONNREFUSED/.test(error.message)))
    await server.restart()
    await eventually(() => commands.isReady)
    expect(String(await commands.send('k', ['CLIENT', 'INFO']))).toMatch(/ db=3 /)
  })

  it('finds a Redis that was not there when it opened', async () => {
    await server.kill()
    await expect(commands.open()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server.restart()
    await eventually(() => commands.isReady)
  })

  it('rejects an open that nobody answers, and is there once somebody does', { timeout: 20_000 }, async () => {
    const proxy = await startProxy(server.port)
    const behind = own(address().replace(`:${server.port}`, `:${proxy.port}`))
    proxy.mute()
    await expect(behind.open()).rejects.toThrow('no answer within 5000 ms')
    await proxy.cut()
    await proxy.pass()
    await eventually(() => behind.isReady)
    await behind.close()
    await eventually(() => proxy.connections === 0)
    await proxy.close()
  })

  it.each([
    ['a wrong password', () => address('wrong-hunter2'), /WRONGPASS/],
    ['a wrong host', () => `redis://me:hunter2@no-such-host.invalid`, /ENOTFOUND|EAI_AGAIN/],
    ['no listener', async () => `redis://me:hunter2@127.0.0.1:${await freePort()}`, /ECONNREFUSED/],
    ['no TLS', () => address().replace('redis:', 'rediss:'), /timeout|SSL|TLS|ECONNRESET|closed/i],
  ])('shows no credentials where there is %s', async (_what, url, message) => {
    const wrong = own(await url())
    const failures = [await failure(wrong.open()), await failure(wrong.send('k', ['GET', 'k']))]
    for (const each of failures) {
      expect(each.message).toMatch(message)
      expect(inspect(each, { depth: 9, showHidden: true })).not.toContain('hunter2')
    }
    await wrong.close()
  })

  it('answers what is under way before it closes', async () => {
    await commands.open()
    const sent = commands.send('k', ['EVAL', 'for i = 1, 1000000 do end return 7', '0'])
    await commands.close()
    await expect(sent).resolves.toBe(7)
    await expect(commands.send('k', ['PING'])).rejects.toThrow('is closed')
  })

  it('leaves no connection behind', async () => {
    const proxy = await startProxy(server.port)
    const behind = own(address().replace(`:${server.port}`, `:${proxy.port}`))
    const duplicate = behind.duplicate()
    await Promise.all([behind.open(), duplicate.open()])
    expect(proxy.connections).toBe(2)
    const blocked = failure(duplicate.send('k', ['XREAD', 'BLOCK', '0', 'STREAMS', 'never', '$']))
    await Promise.all([behind.close(), duplicate.close()])
    await blocked
    await eventually(() => proxy.connections === 0)
    await proxy.close()
  })
})

describe('a process with a connection of our own', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  it.each(['open', 'subscribed', 'reconnected'])('ends by itself while it is open (%s)', async (what) => {
    await expect(run(server.port, what)).resolves.toBe('open\n')
  })

  it.each(STANDALONE_CLIENTS)('ends by itself while a duplicate of %s is open', async (name) => {
    await expect(run(server.port, 'duplicated', name)).resolves.toBe('open\n')
  })

  it('ends by itself while Redis is away', async () => {
    await expect(run(await freePort(), 'open')).resolves.toMatch(/ECONNREFUSED/)
  })
})

/** What the program printed; rejects where it does not end. */
async function run(port: number, ...scene: readonly string[]): Promise<string> {
  const args = ['--conditions=@org/source', PROGRAM, String(port), ...scene]
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 4_000 })
  return stdout
}

async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work
  } catch (error) {
    return error as Error
  }
  throw new Error('it did not fail')
}
