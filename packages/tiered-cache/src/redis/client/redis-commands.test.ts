import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
import { createClient as createClient5 } from 'redis5'
import { describe, expect, it } from 'vitest'
import { MissingPeerError } from '../../errors.ts'
import { nodeRedisPackage } from './node-redis-package.ts'
import { commandsOfUrl, redisCommands } from './redis-commands.ts'
import type { RedisSource } from './redis-source.ts'

const lazy = { lazyConnect: true }
const nodes = [{ host: '127.0.0.1', port: 1 }]

describe('redisCommands', () => {
  it('makes a connection to localhost of nothing, and connects nothing', () => {
    expect(redisCommands({}, 'redisTier')).toMatchObject({ isCluster: false, isReady: false })
    expect(redisCommands({ url: undefined, client: undefined }, 'redisTier').isReady).toBe(false)
  })

  it('refuses an address and a client together', () => {
    const source: RedisSource = { url: 'redis://:hunter2@h', client: createClient() }
    expect(() => redisCommands(source, 'redisTier')).toThrow(
      new TypeError('redisTier must have a url or a client, not both'),
    )
  })

  it.each([
    [null, /got null$/],
    [7, /got 7 \(number\)$/],
    ['redis://:hunter2@h', /got a string$/],
    [{}, /got an object$/],
    [{ sendCommand: () => {}, on: () => {}, duplicate: () => {} }, /got an object$/],
    [createClientPool(), /got an object$/],
    [createClient().legacy(), /got an object$/],
    [new Redis(lazy).pipeline(), /got an object$/],
  ])('refuses a client that is none: %#', (client, got) => {
    const make = (): unknown => redisCommands({ client: client as never }, 'redisTier')
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/^redisTier client must be a client of node-redis 5 or 6 \(createClient/)
    expect(make).toThrow(got)
    expect(make).not.toThrow(/hunter2/)
  })

  it.each([
    ['stringNumbers', new Redis({ ...lazy, stringNumbers: true })],
    ["replyMapping 'resp3'", new Redis({ ...lazy, replyMapping: 'resp3' })],
    ['keyPrefix', new Cluster(nodes, { ...lazy, keyPrefix: 'app:' })],
    ['keyPrefix', new Cluster(nodes, { ...lazy, redisOptions: { keyPrefix: 'app:' } })],
    ['scaleReads', new Cluster(nodes, { ...lazy, scaleReads: 'slave' })],
  ])('refuses a client whose answers would be wrong: %s', (what, client) => {
    expect(() => redisCommands({ client }, 'redisTier')).toThrow(`redisTier client must be made without ${what}`)
  })

  it.each([
    ['createCluster', true, createCluster({ rootNodes: nodes.map((socket) => ({ socket })) })],
    ['createSentinel', false, createSentinel({ name: 'mymaster', sentinelRootNodes: nodes })],
    ['Cluster', true, new Cluster(nodes, lazy)],
    ['Redis behind Sentinel', false, new Redis({ ...lazy, sentinels: nodes, name: 'mymaster' })],
  ])('knows what %s makes', async (_name, isCluster, client) => {
    const commands = redisCommands({ client }, 'redisTier')
    expect(commands).toMatchObject({ isCluster, isReady: false })
    await expect(commands.send('k', ['PING'])).rejects.toThrow('not connected: call its connect() first')
    await commands.close()
  })
})

describe('commandsOfUrl', () => {
  it('takes node-redis 5 as well', () => {
    expect(commandsOfUrl('url', 'redis://h', { createClient: createClient5 }).isReady).toBe(false)
  })

  it('refuses a package redis that is too old', () => {
    const old = { createClient: () => ({ isOpen: false, isReady: false, sendCommand: () => {} }) }
    expect(() => commandsOfUrl('url', 'redis://h', old)).toThrow(/^the package redis must be a client of node-redis 5/)
  })
})

describe('nodeRedisPackage', () => {
  it('says how to get what is missing', () => {
    const missing = Object.assign(new Error("Cannot find module 'redis'"), { code: 'MODULE_NOT_FOUND' })
    const load = (): never => {
      throw missing
    }
    const expected = { code: 'ERR_CACHE_MISSING_PEER', packageName: 'redis', cause: missing }
    expect(() => nodeRedisPackage(load)).toThrow(expect.objectContaining(expected) as Error)
    expect(() => nodeRedisPackage(load)).toThrow(MissingPeerError)
    expect(() => nodeRedisPackage(load)).toThrow(/"redis" is not installed: run `npm install redis`/)
  })

  it('does not hide that the package is broken', () => {
    const load = (): never => {
      throw new SyntaxError('broken')
    }
    expect(() => nodeRedisPackage(load)).toThrow(SyntaxError)
  })
})
