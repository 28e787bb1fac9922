import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ask } from './ask.fixture.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

describe('RedisServer', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.stop())

  it('answers on a port that leaves room for a cluster bus', async () => {
    expect(server.port).toBeLessThan(55_536)
    await expect(ask(server.port, 'PING')).resolves.toBe('+PONG\r\n')
  })

  it('keeps connections without an answer while frozen, and answers when thawed', async () => {
    server.freeze()
    let answered = false
    const answer = ask(server.port, 'PING').finally(() => (answered = true))
    // Another server has started and answered meanwhile: ours had the time to.
    await (await startRedis()).stop()
    expect(answered).toBe(false)
    server.thaw()
    await expect(answer).resolves.toBe('+PONG\r\n')
  })

  it('refuses connections when killed, and comes back on the same port', async () => {
    await server.kill()
    await expect(ask(server.port, 'PING')).rejects.toThrow('ECONNREFUSED')
    await server.restart()
    await expect(ask(server.port, 'PING')).resolves.toBe('+PONG\r\n')
  })

  it('says why it did not start, where another server has its port', async () => {
    await expect(startRedis({ port: server.port })).rejects.toThrow(/did not start on port \d+: .*bind/s)
  })

  it('leaves nothing behind when stopped', async () => {
    const other = await startRedis()
    await other.stop()
    expect(existsSync(other.directory)).toBe(false)
    await expect(ask(other.port, 'PING')).rejects.toThrow('ECONNREFUSED')
  })
})

describe('the Redis of all test files', () => {
  it('has an address that every test file gets', () => {
    expect(inject('redisUrl')).toMatch(/^rediss?:\/\//)
  })
})
