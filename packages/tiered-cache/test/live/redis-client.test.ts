import { Socket } from 'node:net'
import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { redisCommands } from '../../src/redis/client/redis-commands.ts'
import type { RedisCommands } from '../../src/redis/commands.ts'
import { commandsOver } from './commands-over.fixture.ts'
import { STANDALONE_CLIENTS, type UserClient } from './redis-clients.fixture.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
const b = (text: string): Buffer => Buffer.from(text)

describe.each(STANDALONE_CLIENTS)('redisCommands over %s', (_name, make) => {
  let server: RedisServer
  let user: UserClient
  let commands: RedisCommands

  noUnhandledRejections()
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    user = make(server.port)
    commands = await commandsOver(user)
  })
  afterEach(() => vi.restoreAllMocks())

  it('keeps every byte, of buffers and of plain bytes', async () => {
    expect(commands).toMatchObject({ isCluster: false, isReady: true })
    await expect(commands.send('k', ['SET', 'k', BYTES])).resolves.toEqual(b('OK'))
    await expect(commands.send('k', ['GET', 'k'])).resolves.toEqual(BYTES)
    const plain = new Uint8Array(BYTES).subarray(3, 200)
    await commands.send('k', ['SET', 'k2', plain])
    await expect(commands.send('k', ['MGET', 'k', 'absent', 'k2'])).resolves.toEqual([BYTES, null, Buffer.from(plain)])
  })

  it('answers in one form whatever the protocol', async () => {
    await commands.send('s', ['DEL', 's'])
    const id = await commands.send('s', ['XADD', 's', '*', 'p', '0-0', 'm', BYTES])
    const entries = [[id, [b('p'), b('0-0'), b('m'), BYTES]]]
    await expect(commands.send('s', ['XRANGE', 's', '-', '+'])).resolves.toEqual(entries)
    await expect(commands.send('s', ['XREAD', 'COUNT', '9', 'STREAMS', 's', '0'])).resolves.toEqual([[b('s'), entries]])
    await expect(commands.send('s', ['XREAD', 'STREAMS', 's', id as Buffer])).resolves.toBeNull()
    await expect(commands.send('none', ['CONFIG', 'GET', 'maxmemory'])).resolves.toEqual([b('maxmemory'), b('0')])
    const script = "return {redis.call('GET', KEYS[1]), 1, {ARGV[1], false}, redis.status_reply('fine')}"
    const answer = await commands.send('none', ['EVAL', script, '1', 'none', BYTES])
    expect(answer).toEqual([null, 1, [BYTES, null], b('fine')])
  })

  it('rejects with the error of Redis, and nothing of the command in it', async () => {
    await commands.send('text', ['SET', 'text', 'value'])
    const failure = await commands.send('text', ['LPUSH', 'text', 'private']).catch((error: unknown) => error)
    expect(failure).toMatchObject({ message: expect.stringMatching(/^WRONGTYPE/) })
    expect(JSON.stringify(Object.getOwnPropertyDescriptors(failure))).not.toContain('private')
    await expect(commands.send('k', ['EVALSHA', 'f'.repeat(40), '1', 'k'])).rejects.toThrow(/^NOSCRIPT/)
    await expect(commands.send('k', ['NOSUCH', 'private'])).rejects.toThrow(/^(?!.*private).*unknown command/s)
  })

  it('sends what is asked in one turn together', async () => {
    const one = vi.spyOn(Socket.prototype, '_write')
    const many = vi.spyOn(Socket.prototype as unknown as { _writev(): void }, '_writev')
    const asked = Array.from({ length: 100 }, (_, index) => commands.send('k', ['ECHO', `n${index}`]))
    const answers = await Promise.all(asked)
    expect(answers.map(String)).toEqual(Array.from({ length: 100 }, (_, index) => `n${index}`))
    expect(one.mock.calls.length + many.mock.calls.length).toBe(1)
  })

  it('gives a client one error listener, whoever uses it', async () => {
    const before = user.client.listenerCount('error')
    const second = redisCommands({ client: user.client }, 'redisBus')
    await second.open()
    await second.close()
    const duplicate = second.duplicate()
    await duplicate.open()
    await duplicate.close()
    expect(user.client.listenerCount('error')).toBe(before)
    expect(before).toBe(1)
  })

  it('leaves the client open when it closes', async () => {
    await commands.close()
    await expect(commands.send('k', ['PING'])).resolves.toEqual(b('PONG'))
  })

  it('blocks on a duplicate while the client goes on', async () => {
    const reading = commands.duplicate()
    await reading.open()
    await commands.send('feed', ['DEL', 'feed'])
    const read = reading.send('feed', ['XREAD', 'BLOCK', '60000', 'STREAMS', 'feed', '0'])
    await commands.send('feed', ['XADD', 'feed', '1-1', 'a', 'b'])
    await expect(read).resolves.toEqual([[b('feed'), [[b('1-1'), [b('a'), b('b')]]]]])
    const blocked = expect(reading.send('feed', ['XREAD', 'BLOCK', '0', 'STREAMS', 'feed', '1-1'])).rejects.toThrow(
      Error,
    )
    await reading.close()
    await blocked
    expect(user.isReady()).toBe(true)
  })

  it('hears a channel on a duplicate, with every byte, also after a restart', async () => {
    const heard: Buffer[] = []
    const hearing = commands.duplicate()
    await hearing.open()
    const off = await hearing.subscribe('news', (message) => heard.push(message))
    await expect(commands.subscribe('news', () => {})).rejects.toThrow('on a duplicate')
    await commands.send('news', ['PUBLISH', 'news', BYTES])
    await commands.send('other', ['PUBLISH', 'other', 'not this'])
    await eventually(() => heard.length === 1)
    expect(heard[0]).toEqual(BYTES)
    await server.restart()
    await eventually(() => commands.isReady && hearing.isReady)
    await commands.send('news', ['PUBLISH', 'news', 'again'])
    await eventually(() => heard.length === 2)
    off()
    await eventually(async () => (await commands.send('news', ['PUBLISH', 'news', 'nobody'])) === 0)
    expect(heard).toHaveLength(2)
    await hearing.close()
  })

  it('refuses at once what is sent while Redis is away, and works again when it is back', async () => {
    const duplicate = commands.duplicate()
    await duplicate.open()
    await server.kill()
    await eventually(() => !commands.isReady && !duplicate.isReady)
    const turns = await settledWithinOneTurn(commands.send('k', ['GET', 'k']))
    expect(turns).toMatchObject({ message: 'the Redis client is not connected' })
    await expect(duplicate.send('k', ['GET', 'k'])).rejects.toThrow(/^the Redis client is not connected: /)
    await server.restart()
    await eventually(() => commands.isReady && duplicate.isReady)
    await expect(commands.send('k', ['PING'])).resolves.toEqual(b('PONG'))
    await expect(duplicate.send('k', ['PING'])).resolves.toEqual(b('PONG'))
    expect(user.client.listenerCount('error')).toBe(1)
    await duplicate.close()
  })
})

describe.each(STANDALONE_CLIENTS)('redisCommands over %s that was never connected', (_name, make) => {
  it('says so, and connects nothing', async () => {
    const user = make(1)
    const commands = redisCommands({ client: user.client }, 'redisTier')
    expect(commands.isReady).toBe(false)
    await expect(commands.send('k', ['PING'])).rejects.toThrow('not connected: call its connect() first')
    expect(user.isReady()).toBe(false)
    await user.close()
  })
})

/** The rejection of `work`, which must come before any I/O does. */
async function settledWithinOneTurn(work: Promise<unknown>): Promise<unknown> {
  const late = new Promise((resolve) => setImmediate(resolve, 'late'))
  return Promise.race([work.catch((error: unknown) => error), late])
}
