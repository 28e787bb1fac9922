import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, seededRandom, testSeed } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sqliteTier } from '../src/disk/sqlite-tier.ts'
import type { SqliteTierOptions } from '../src/disk/sqlite-tier-options.ts'
import { type Entry, makeEntry } from '../src/entry.ts'
import type { Tier } from '../src/tiers/tier.ts'

const MB = 1024 ** 2

let directory: string
let file: string
const tiers: Tier[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sqlite-tier-'))
  file = join(directory, 'cache.sqlite')
})

afterEach(async () => {
  vi.restoreAllMocks()
  for (const each of tiers.splice(0)) await each.close?.()
  await rm(directory, { recursive: true, force: true })
})

async function openTier(options: Partial<SqliteTierOptions> = {}): Promise<Tier> {
  const tier = sqliteTier({ file, ...options })
  tiers.push(tier)
  await tier.open?.()
  return tier
}

function entryOf(value: unknown, ttlMs = 3_600_000): Entry {
  return makeEntry(value, Date.now(), ttlMs, 0, 0)
}

async function valueOf(tier: Tier, key: string): Promise<unknown> {
  return (await tier.get(key))?.value
}

async function bytesUsed(): Promise<number> {
  const names = await readdir(directory)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}

describe('sqliteTier', () => {
  it.each<[string, unknown, RegExp]>([
    ['no file', {}, /^file must be a string that is not empty, got undefined/],
    ['an empty file', { file: '' }, /^file must be a string that is not empty/],
    ['a bound that is too low', { file: 'x', maxBytes: '1kb' }, /^maxBytes must be at least 1048576 bytes, got 1kb/],
    ['a shared that is no flag', { file: 'x', shared: 1 }, /^shared must be true or false, got 1 \(number\)/],
    ['an empty name', { file: 'x', name: '' }, /^name must be/],
    ['a codec that is none', { file: 'x', codec: {} }, /^codec must be/],
    ['an option it does not know', { file: 'x', ttl: 1 }, /has no option 'ttl'/],
  ])('refuses %s', (_case, options, message) => {
    expect(() => sqliteTier(options as SqliteTierOptions)).toThrow(message)
  })

  it('says what is missing where Node has no node:sqlite', () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    expect(() => sqliteTier({ file })).toThrow(
      expect.objectContaining({ code: 'ERR_CACHE_MISSING_PEER', packageName: 'node:sqlite' }),
    )
  })

  it('makes its folder and its files for nobody but its user', async () => {
    file = join(directory, 'new', 'folder', 'cache.sqlite')
    const tier = await openTier()
    await tier.set('key', entryOf(1))
    expect((await stat(join(directory, 'new'))).mode & 0o777).toBe(0o700)
    const names = await readdir(join(directory, 'new', 'folder'))
    expect(names.toSorted()).toEqual(['', '-shm', '-wal', '.boot', '.lock'].map((end) => `cache.sqlite${end}`))
    for (const name of names) expect((await stat(join(directory, 'new', 'folder', name))).mode & 0o777).toBe(0o600)
  })

  it('leaves a database without a log behind when it is closed', async () => {
    const tier = await openTier()
    await tier.set('key', entryOf(1))
    await tier.close?.()
    expect((await readdir(directory)).toSorted()).toEqual(['cache.sqlite', 'cache.sqlite.lock'])
    await expect(Promise.resolve(tier.get('key'))).rejects.toThrow('the tier "sqlite" is closed')
  })

  it('keeps keys apart that have no UTF-8', async () => {
    const tier = await openTier()
    const keys = [
      '\ud800',
      '\udc00',
      '\ufffd',
      'a\ud800',
      'a\udc00',
      '\u0000',
      '\u0000\u0000',
      'a\u0000b',
      'a\u0000c',
      '',
    ]
    for (const key of keys) await tier.set(key, entryOf(key))
    for (const key of keys) expect(await valueOf(tier, key)).toBe(key)
    await tier.delete('\ud800')
    expect(await valueOf(tier, '\ud800')).toBeUndefined()
    for (const key of keys.slice(1)) expect(await valueOf(tier, key)).toBe(key)
  })

  it('reads what was set before it is committed, and not what was deleted', async () => {
    const tier = await openTier()
    await tier.set('gone', entryOf(1))
    const writes = Promise.all([tier.set('key', entryOf('new')), tier.delete('gone')])
    expect([await valueOf(tier, 'key'), await valueOf(tier, 'gone')]).toEqual(['new', undefined])
    await writes
    expect([await valueOf(tier, 'key'), await valueOf(tier, 'gone')]).toEqual(['new', undefined])
  })

  it('does the writes of one turn in the order in which they were asked for', async () => {
    const tier = await openTier()
    await Promise.all([
      tier.set('a', entryOf(1)),
      tier.delete('a'),
      tier.set('b', entryOf(1)),
      tier.clear?.(),
      tier.set('c', entryOf(1)),
      tier.set('c', entryOf(2)),
    ])
    expect([await valueOf(tier, 'a'), await valueOf(tier, 'b'), await valueOf(tier, 'c')]).toEqual([
      undefined,
      undefined,
      2,
    ])
  })

  it('never gives back what was cleared, whatever goes and comes after it', async () => {
    const tier = await openTier()
    for (let round = 0; round < 5; round++) {
      for (let index = 0; index < 100; index++) await tier.set(`${index}`, entryOf(round))
      await tier.clear?.()
      for (let index = 0; index < 100; index++) expect(await valueOf(tier, `${index}`)).toBeUndefined()
      for (let index = 0; index < 50; index++) await tier.delete(`${index}`)
      await tier.set('after', entryOf(round))
      expect(await valueOf(tier, 'after')).toBe(round)
    }
    await tier.close?.()
    const again = await openTier()
    expect([await valueOf(again, 'after'), await valueOf(again, '7')]).toEqual([4, undefined])
  })

  it('drops rows that have expired as it writes', async () => {
    const tier = await openTier({ maxBytes: '64mb' })
    for (let index = 0; index < 100; index++) await tier.set(`old:${index}`, entryOf('x'.repeat(50_000), 5))
    const before = Date.now()
    vi.spyOn(Date, 'now').mockReturnValue(before + 1_000)
    for (let index = 0; index < 10; index++) await tier.set(`new:${index}`, entryOf('x'.repeat(50_000)))
    expect(await tier.get('old:1')).toBeUndefined()
    await tier.close?.()
    // The pages of the old rows were used for the new ones.
    expect((await stat(file)).size).toBeLessThan(100 * 55_000)
  })

  it('keeps entries of another clock for as long as they live', async () => {
    const tier = await openTier()
    const ancient = { ...makeEntry('ancient', 1_000, 60_000, 0, 0) }
    await tier.set('ancient', ancient)
    await tier.set('other', entryOf(1))
    expect(await tier.get('ancient')).toEqual(ancient)
  })
})

describe('sqliteTier within its bound', () => {
  it.each([
    ['1mb', 100],
    ['1mb', 5_000],
    ['4mb', 200],
    ['4mb', 20_000],
    ['4mb', 400_000],
  ] as const)('of %s never takes more, with values of up to %i bytes', { timeout: 30_000 }, async (maxBytes, most) => {
    const seed = testSeed()
    const random = seededRandom(seed)
    const tier = await openTier({ maxBytes })
    const bound = Number.parseInt(maxBytes, 10) * MB
    let peak = 0
    const rounds = Math.min(Math.ceil((6 * bound) / (60 * (most + 200))), 100)
    for (let round = 0; round < rounds; round++) {
      const sets = Array.from({ length: 60 }, async (_, index) => {
        const key = `key:${round}:${index}:${'k'.repeat(random.int(0, 100))}`
        await tier.set(key, entryOf('x'.repeat(random.int(0, most))))
      })
      await Promise.all(sets)
      peak = Math.max(peak, await bytesUsed())
    }
    expect(peak, `seed ${seed}`).toBeLessThanOrEqual(bound)
    await tier.set('last', entryOf('there'))
    expect(await valueOf(tier, 'last')).toBe('there')
  })

  it('refuses writes while a reader keeps the log from being emptied, and no longer then', {
    timeout: 30_000,
  }, async () => {
    const tier = await openTier({ maxBytes: '4mb' })
    await tier.set('key', entryOf('old'))
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
    const reader = new DatabaseSync(file)
    reader.exec('BEGIN; SELECT count(*) FROM entries')
    const value = entryOf('x'.repeat(5_000))
    const fill = async (round: number): Promise<unknown> => {
      const sets = Array.from({ length: 20 }, async (_, index) => tier.set(`${round}:${index}`, value))
      return (await Promise.allSettled(sets)).find(({ status }) => status === 'rejected')
    }
    let refused: unknown
    for (let round = 0; refused === undefined && round < 100; round++) refused = await fill(round)
    const { reason } = refused as PromiseRejectedResult
    expect(tier.isRefusal?.(reason)).toBe(true)
    expect(await bytesUsed()).toBeLessThan(4 * MB)
    expect(await valueOf(tier, 'key')).toBe('old')
    reader.close()
    expect(await fill(100)).toBeUndefined()
  })

  it('drops what was written longest ago, and keeps what was written last', async () => {
    const tier = await openTier({ maxBytes: '4mb' })
    for (let index = 0; index < 1_000; index++) await tier.set(`${index}`, entryOf('x'.repeat(10_000)))
    expect(await tier.get('0')).toBeUndefined()
    // About a quarter is the log's, and a page has room that nobody uses.
    for (let index = 850; index < 1_000; index++) expect(await tier.get(`${index}`), `${index}`).toBeDefined()
  })

  it('shrinks a file whose bound was lowered', async () => {
    const large = await openTier({ maxBytes: '32mb' })
    for (let index = 0; index < 2_000; index++) void large.set(`${index}`, entryOf('x'.repeat(10_000)))
    await large.close?.()
    expect((await stat(file)).size).toBeGreaterThan(16 * MB)
    const small = await openTier({ maxBytes: '4mb' })
    await eventually(async () => {
      await small.set('key', entryOf(1))
      return (await stat(file)).size < 3 * MB
    })
    expect((await small.get('1999'))?.value).toHaveLength(10_000)
    await small.close?.()
    expect(await bytesUsed()).toBeLessThan(4 * MB)
  })

  it('refuses a value that is too large for it, and keeps the last', async () => {
    const tier = await openTier({ maxBytes: '4mb' })
    await tier.set('key', entryOf('small'))
    await expect(tier.set('key', entryOf('x'.repeat(MB)))).rejects.toMatchObject({ code: 'ERR_CACHE_UNSTORABLE' })
    expect(await valueOf(tier, 'key')).toBe('small')
  })
})

describe('sqliteTier over a file that is not its own', () => {
  it("leaves another application's database alone", async () => {
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
    const database = new DatabaseSync(file)
    database.exec("CREATE TABLE mine (text); INSERT INTO mine VALUES ('precious')")
    database.close()
    const before = await readFile(file)
    const refused = `got ${file} (string): it is another application's database`
    await expect(openTier()).rejects.toThrow(refused)
    expect((await readdir(directory)).toSorted()).toEqual(['cache.sqlite', 'cache.sqlite.lock'])
    await writeFile(`${file}.boot`, '00000000-0000-0000-0000-000000000000')
    await expect(openTier()).rejects.toThrow(refused)
    expect(await readFile(file)).toEqual(before)
  })

  it('leaves a file of a later version alone', async () => {
    await (await openTier()).close?.()
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
    const database = new DatabaseSync(file)
    database.exec('PRAGMA user_version = 9')
    database.close()
    await expect(openTier()).rejects.toThrow('it is of version 9 of this tier')
  })

  it.each([
    ['is a directory', async (): Promise<string> => directory],
    ['lies below a file', async (): Promise<string> => join(file, 'below')],
  ])('names the option and the value where it %s', async (_case, path) => {
    await writeFile(file, '')
    const wrong = await path()
    await expect(openTier({ file: wrong })).rejects.toThrow(
      `file must be a file of a sqliteTier that this process can write to, or none, got ${wrong} (string)`,
    )
  })

  it('empties a file that was open as the machine went down', async () => {
    const tier = await openTier()
    await tier.set('key', entryOf(1))
    await tier.close?.()
    await writeFile(`${file}.boot`, '00000000-0000-0000-0000-000000000000')
    const again = await openTier()
    expect(await again.get('key')).toBeUndefined()
    await again.set('key', entryOf(2))
    await again.close?.()
    expect(await valueOf(await openTier(), 'key')).toBe(2)
  })
})
