import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import KeyvRedis, { createClient } from '@keyv/redis'
import { eventually, type RedisServer, startRedis } from '@org/testkit'
import { Keyv } from 'keyv'
import { KeyvFile } from 'keyv-file'
import { Keyv as Keyv5 } from 'keyv5'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { type Entry, makeEntry } from '../../src/entry.ts'
import { type KeyvLike, keyvTier } from '../../src/tiers/keyv-tier.ts'
import type { Tier } from '../../src/tiers/tier.ts'
import { noUnhandledRejections } from './unhandled-rejections.fixture.ts'

const HOUR = 3_600_000

interface Instance extends KeyvLike {
  listeners(event: 'error'): readonly unknown[]
}

const shared = { of: 'two' }
const RICH: Record<string, unknown> = {
  plain: { id: 'a', list: [1, 2.5, null, true, 'caf\u00e9 \u{1f680}'] },
  dates: [new Date(1_700_000_000_123), new Date(Number.NaN)],
  collections: new Map<unknown, unknown>([['k', new Set([1n, -0, undefined])]]),
  bytes: { buffer: Buffer.from([0, 255]), floats: new Float64Array([1.5, Number.NaN]) },
  sharing: [shared, shared],
  text: ':base64:AAAA \n \ud800 " \\',
  falsy: [0, '', false, null],
  negative: undefined,
  nothing: null,
  long: Array.from({ length: 50_000 }, (_, index) => index / 3),
}

function entryOf(value: unknown): Entry {
  return {
    ...makeEntry(value, Date.now(), HOUR, HOUR, 45_000),
    etag: '"v1"',
    stamps: [{ tag: 'news', expire: 'e', delete: 'd' }],
  }
}

const versions = [
  ['Keyv 6', (options: object): Instance => new Keyv(options)],
  ['Keyv 5', (options: object): Instance => new Keyv5(options)],
] as const

const directory = mkdtempSync(join(tmpdir(), 'keyv-tier-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
noUnhandledRejections()

describe.each(versions)('KeyvTier over %s', (_, make) => {
  const stores: Record<string, () => object> = {
    'a Map': () => ({ store: new Map() }),
    'keyv-file': () => ({ store: new KeyvFile({ filename: join(directory, `${randomUUID()}.json`), writeDelay: 0 }) }),
    'keyv-file with a file per key': () => ({
      store: new KeyvFile({ filename: join(directory, randomUUID()), separatedFile: true }),
    }),
    '@keyv/redis': () => {
      const namespace = `test-${randomUUID()}`
      return { store: new KeyvRedis(inject('redisUrl'), { namespace }), namespace }
    },
  }

  describe.each(Object.entries(stores))('and %s', (_store, options) => {
    let keyv: Instance
    let tier: Tier

    beforeEach(async () => {
      keyv = make(options())
      tier = keyvTier(keyv, { closeKeyv: true })
      await tier.open?.()
    })
    afterEach(async () => {
      expect(keyv.listeners('error')).toHaveLength(1)
      await tier.clear?.()
      await tier.close?.()
    })

    it.each(Object.entries(RICH))('gives back an entry with the same types: %s', async (name, value) => {
      const entry = entryOf(value)
      await tier.set(name, entry)
      await expect(tier.get(name)).resolves.toStrictEqual(entry)
    })

    it('misses what was never stored, deleted, cleared, or stored for no time', async () => {
      await expect(tier.get('absent')).resolves.toBeUndefined()
      await tier.delete('absent')
      for (const key of ['a', 'b', 'c', 'd']) await tier.set(key, entryOf(key))
      await tier.delete('a')
      await tier.set('b', makeEntry('gone', Date.now(), 0, 0, 0))
      await expect(tier.get('a')).resolves.toBeUndefined()
      await expect(tier.get('b')).resolves.toBeUndefined()
      await expect(tier.get('c')).resolves.toMatchObject({ value: 'c' })
      await tier.clear?.()
      await expect(tier.get('c')).resolves.toBeUndefined()
      await expect(tier.get('d')).resolves.toBeUndefined()
    })

    it('keeps the last of two entries of a key', async () => {
      await tier.set('k', entryOf('old'))
      await tier.set('k', entryOf('new'))
      await expect(tier.get('k')).resolves.toMatchObject({ value: 'new' })
    })

    it('lets tiers that share the instance share its one listener', async () => {
      const second = keyvTier(keyv, { name: 'second' })
      await tier.set('k', entryOf(1n))
      await expect(second.get('k')).resolves.toMatchObject({ value: 1n })
    })
  })

  it('gives Redis the life that is left, in whole milliseconds', async () => {
    const namespace = `test-${randomUUID()}`
    const store = new KeyvRedis(inject('redisUrl'), { namespace, useUnlink: false })
    const tier = keyvTier(make({ store, namespace }), { closeKeyv: true })
    await tier.set('hour', makeEntry(1, Date.now() - 0.5, HOUR, 0, 0))
    await tier.set('half', makeEntry(1, Date.now() - HOUR / 2, HOUR, 0, 0))
    await tier.set('ever', makeEntry(1, Date.now(), Infinity, 0, 0))
    const client = createClient({ url: inject('redisUrl') })
    await client.connect()
    const lives: Record<string, number> = {}
    for await (const keys of client.scanIterator({ MATCH: `*${namespace}*` })) {
      for (const key of keys) lives[key.slice(-4)] = await client.pTTL(key)
    }
    expect(lives['hour']).toBeGreaterThan(HOUR - 5_000)
    expect(lives['half']).toBeGreaterThan(HOUR / 2 - 5_000)
    expect(lives['half']).toBeLessThanOrEqual(HOUR / 2)
    expect(lives['ever']).toBe(-1)
    await client.close()
    await tier.clear?.()
    await tier.close?.()
  })

  it('reads a miss from foreign and damaged bytes in Redis', async () => {
    const namespace = `test-${randomUUID()}`
    const tier = keyvTier(make({ store: new KeyvRedis(inject('redisUrl'), { namespace }), namespace }), {
      closeKeyv: true,
    })
    await tier.set('k', entryOf('v'))
    const client = createClient({ url: inject('redisUrl') })
    await client.connect()
    const [place] = await client.keys(`*${namespace}*`)
    const bytes = (await client.get(place as string)) as string
    for (const damaged of [
      '',
      'x',
      '{"value":"TC1"}',
      bytes.slice(0, -9),
      bytes.replace('TC1', 'TC2'),
      bytes.replace('45000', '45001'),
    ]) {
      await client.set(place as string, damaged)
      await expect(tier.get('k')).resolves.toBeUndefined()
    }
    await client.close()
    await tier.clear?.()
    await tier.close?.()
  })

  it('finds a file again after a restart, and a miss in one that is damaged', async () => {
    const filename = join(directory, `${randomUUID()}.json`)
    const open = (): Tier => keyvTier(make({ store: new KeyvFile({ filename, writeDelay: 0 }) }), { shared: false })
    const entry = entryOf(RICH['collections'])
    await open().set('k', entry)
    await expect(open().get('k')).resolves.toStrictEqual(entry)
    writeFileSync(filename, readFileSync(filename, 'utf8').replace('TC1', 'TC9'))
    await expect(open().get('k')).resolves.toBeUndefined()
  })

  it('rejects a write to a directory that is none', async () => {
    const file = join(directory, randomUUID())
    const tier = keyvTier(make({ store: new KeyvFile({ filename: join(file, 'cache.json'), writeDelay: 0 }) }))
    writeFileSync(file, '')
    await expect(tier.set('k', entryOf(1))).rejects.toMatchObject({ code: expect.stringMatching(/EEXIST|ENOTDIR/) })
  })

  describe('while its Redis dies', () => {
    let server: RedisServer
    let tier: Tier
    let keyv: Instance

    beforeAll(async () => {
      server = await startRedis()
    })
    afterAll(() => server.stop())

    /** Without a queue for the time offline, which would hold operations back for ever. */
    const connect = (): void => {
      const client = createClient({ url: server.url, disableOfflineQueue: true, socket: { reconnectStrategy: 20 } })
      keyv = make({ store: new KeyvRedis(client) })
      tier = keyvTier(keyv, { closeKeyv: true })
    }

    it('rejects every operation, and works again when it is back', async () => {
      connect()
      const entry = entryOf('v')
      await tier.set('k', entry)
      await server.kill()
      await expect(tier.get('k')).rejects.toThrow(Error)
      await expect(tier.get('absent')).rejects.toThrow(Error)
      await expect(tier.set('k', entry)).rejects.toThrow(Error)
      await expect(tier.delete('k')).rejects.toThrow(Error)
      await expect(tier.clear?.()).rejects.toThrow(Error)
      await server.restart()
      await eventually(() => tier.set('k', entry))
      await expect(tier.get('k')).resolves.toStrictEqual(entry)
      expect(keyv.listeners('error')).toHaveLength(1)
      await tier.close?.()
    })

    it('rejects what is on its way when the connection breaks', async () => {
      keyv = make({ store: new KeyvRedis(server.url) })
      tier = keyvTier(keyv)
      await tier.open?.()
      server.freeze()
      const reading = expect(tier.get('k')).rejects.toThrow(Error)
      const writing = expect(tier.set('k', entryOf(1))).rejects.toThrow(Error)
      await server.kill()
      await Promise.all([reading, writing])
      await server.restart()
      await eventually(() => tier.get('k'))
      await keyv.disconnect()
    })

    it('rejects at once when it opens and nobody listens, however long its store would try', async () => {
      await server.kill()
      keyv = make({ store: new KeyvRedis(server.url) })
      tier = keyvTier(keyv)
      await expect(tier.open?.()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      await server.restart()
      await eventually(() => tier.get('k'))
      await keyv.disconnect()
    })
  })
})
