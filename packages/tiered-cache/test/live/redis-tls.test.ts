import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { inspect, promisify } from 'node:util'
import { eventually } from '@org/testkit'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { ownPrefix } from '../redis-tier.fixture.ts'
import { cacheNode } from './cache-node.fixture.ts'
import { operatorOf } from './operator.fixture.ts'
import type { UserClient } from './redis-clients.fixture.ts'
import { startTlsRedis, type TlsOptions, type TlsRedis } from './tls-redis.fixture.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

const PASSWORD = 'hunter2'
const PROGRAM = new URL('redis-tls.node.ts', import.meta.url).pathname

noUnhandledRejections()
let server: TlsRedis
beforeAll(async () => {
  server = await startTlsRedis(['--user', 'me', 'on', `>${PASSWORD}`, '~*', '&*', '+@all'])
})
afterAll(() => server.stop())

/** What two nodes in a process of their own find that trusts the authorities of this file. */
async function program(caFile: string | undefined): Promise<{ readonly faults: readonly string[] }> {
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = process.env
  const env = caFile === undefined ? rest : { ...rest, NODE_EXTRA_CA_CERTS: caFile }
  const url = `rediss://me:${PASSWORD}@127.0.0.1:${server.port}`
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [PROGRAM, url, ownPrefix()], { env })
  expect(stdout + stderr).not.toContain(PASSWORD)
  return JSON.parse(stdout)
}

describe('An address of Redis that asks for TLS', { timeout: 30_000 }, () => {
  it('reaches tier and bus where NODE_EXTRA_CA_CERTS names the authority', async () => {
    const found = await program(server.caFile)
    expect(found).toMatchObject({ loaded: 'loaded', held: 'loaded', reached: true, value: 'set', faults: [] })
  })

  it.each([
    ['no authority', () => undefined],
    ['another authority', () => server.otherCaFile],
  ])('is not believed with %s; the cache goes on without it and shows no credentials', async (_, caFile) => {
    const found = await program(caFile())
    const loaded = { loaded: 'loaded', held: 'loaded by the other', reached: false, value: 'loaded by the other' }
    expect(found).toMatchObject(loaded)
    expect(found.faults.join('\n')).toMatch(/certificate/)
  })
})

function nodeRedis(tls: TlsOptions): UserClient {
  const socket = { host: '127.0.0.1', port: server.port, tls: true as const, reconnectStrategy: 20, ...tls }
  const client = createClient({ username: 'me', password: PASSWORD, socket })
  return {
    client,
    connect: () => client.connect(),
    isReady: () => client.isReady,
    close: async () => client.destroy(),
  }
}

function ioredis(tls: TlsOptions): UserClient {
  const account = { username: 'me', password: PASSWORD }
  const client = new Redis({ host: '127.0.0.1', port: server.port, ...account, tls, lazyConnect: true })
  return {
    client,
    connect: () => client.connect(),
    isReady: () => client.status === 'ready',
    close: async () => client.disconnect(),
  }
}

describe.each([
  ['node-redis', nodeRedis],
  ['ioredis', ioredis],
])('A client of the user with TLS: %s', (_, make) => {
  it('serves the tier, and its duplicates the bus, where Redis asks for their certificates', async () => {
    const operator = await operatorOf(server)
    await operator('CONFIG', 'SET', 'tls-auth-clients', 'yes')
    onTestFinished(async () => void (await operator('CONFIG', 'SET', 'tls-auth-clients', 'optional')))
    const user = make(server.client)
    onTestFinished(async () => void (await user.close()))
    await user.connect()
    const prefix = ownPrefix()
    const [a, b] = [cacheNode({ client: user.client }, { prefix }), cacheNode({ client: user.client }, { prefix })]
    await Promise.all([a.cache.ready(), b.cache.ready()])
    await expect(a.cache.set('key', 1)).resolves.toEqual({ reached: true })
    await expect(b.cache.get('key')).resolves.toBe(1)
    await expect(a.cache.set('key', 2)).resolves.toEqual({ reached: true })
    await eventually(() => b.cache.getSync('key') === undefined)
    expect(String(await operator('CLIENT', 'LIST')).match(/cmd=xread/g)).toHaveLength(2)
    expect([a.faults, b.faults]).toEqual([[], []])
  })

  it('that is not believed is done without, shows no credentials and is left alone', async () => {
    const user = make({ ...server.client, ca: readFileSync(server.otherCaFile, 'utf8') })
    onTestFinished(async () => void (await user.close()))
    const { cache, faults, lines } = cacheNode({ client: user.client }, { prefix: ownPrefix() })
    // Its owner learns why; node-redis goes on trying.
    user.connect().catch(() => {})
    await expect(cache.getOrSet('key', () => 1)).resolves.toBe(1)
    await expect(cache.set('key', 2)).resolves.toEqual({ reached: false })
    await expect(cache.get('key')).resolves.toBe(2)
    expect(faults.join('\n')).toContain('not connected')
    expect(inspect([faults, lines])).not.toContain(PASSWORD)
    expect(user.client.listenerCount('error')).toBe(1)
  })
})
