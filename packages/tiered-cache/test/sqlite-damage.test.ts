import { cp, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sqliteTier } from '../src/disk/sqlite-tier.ts'
import { makeEntry } from '../src/entry.ts'
import type { Tier } from '../src/tiers/tier.ts'
import { talkTo } from './talking-process.fixture.ts'

const ROUNDS = Number(process.env['DAMAGE_ROUNDS'] ?? 40)
const KEYS = 60
/** In the header of a database: which versions may write it. */
const WRITE_VERSION_AT = 18

/** What a key must have, or nothing; `undefined` where it was deleted. */
type Expected = ReadonlyMap<string, string | undefined>

let root: string
let directory: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sqlite-damage-'))
})

beforeEach(async () => {
  directory = await mkdtemp(join(root, 'round-'))
})

afterEach(async () => {
  await rm(directory, { recursive: true, force: true })
})

afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

const sizeOf = (key: number): number => (key % 5 === 0 ? 9_000 : 150)
const textOf = (key: number, version: number): string => `${key}.${version}.`.padEnd(sizeOf(key), 'x')

/** Writes every key three times, and deletes some of them at last, in a process that is closed or killed then. */
async function write(from: string, end: 'close' | 'kill'): Promise<Expected> {
  const writer = await talkTo('sqlite-tier.node.ts', [join(from, 'cache.sqlite')])
  const expected = new Map<string, string | undefined>()
  for (let version = 0; version < 3; version++) {
    for (let key = 0; key < KEYS; key++) {
      await writer.ask(JSON.stringify(['set', `key:${key}`, textOf(key, version)]))
      expected.set(`key:${key}`, textOf(key, version))
    }
  }
  for (let key = 0; key < KEYS; key += 4) {
    await writer.ask(JSON.stringify(['delete', `key:${key}`]))
    expected.set(`key:${key}`, undefined)
  }
  // Damage in the last transaction of a log cannot be told from one that was never committed: let that be of no key that is read.
  await writer.ask(JSON.stringify(['set', 'last', 1]))
  if (end === 'close') await writer.ask(JSON.stringify(['close']))
  await writer.kill()
  return expected
}

/** Reads every key, twice, and sets one, which is there at the latest when the damage was found; gives the number of hits. */
async function readAll(tier: Tier, expected: Expected): Promise<number> {
  let hits = 0
  for (let pass = 0; pass < 2; pass++) {
    for (const [key, value] of expected) {
      const found = (await tier.get(key))?.value
      if (found !== undefined) expect(found === value, `${key} has another value`).toBe(true)
      if (found !== undefined && pass === 0) hits += 1
    }
  }
  for (let tries = 0; tries < 2 && (await tier.get('new')) === undefined; tries++) {
    await tier.set('new', makeEntry('new', Date.now(), 60_000, 0, 0))
  }
  expect((await tier.get('new'))?.value).toBe('new')
  return hits
}

const DAMAGES: Readonly<Record<string, (file: string, random: Random) => Promise<void>>> = {
  'flipped bits': async (file, random) => {
    const { size } = await stat(file)
    const handle = await open(file, 'r+')
    for (let flips = random.int(1, 20); flips > 0; flips--) {
      const byte = Buffer.alloc(1)
      const at = random.int(0, size - 1)
      await handle.read(byte, 0, 1, at)
      byte[0]! ^= 1 << random.int(0, 7)
      await handle.write(byte, 0, 1, at)
    }
    await handle.close()
  },
  'a zeroed block': async (file, random) => {
    const { size } = await stat(file)
    const handle = await open(file, 'r+')
    const at = 512 * random.int(0, Math.floor((size - 1) / 512))
    await handle.write(Buffer.alloc(Math.min(512 * random.int(1, 16), size - at)), 0, undefined, at)
    await handle.close()
  },
  garbage: async (file, random) => {
    const { size } = await stat(file)
    await writeFile(file, Buffer.from(Array.from({ length: size }, () => random.int(0, 255))))
  },
}

describe.each(['close', 'kill'] as const)('sqliteTier over damage, after %s', (end) => {
  let from: string
  let expected: Expected

  beforeAll(async () => {
    from = await mkdtemp(join(root, 'written-'))
    expected = await write(from, end)
  }, 60_000)

  async function damagedTier(damage: (file: string) => Promise<void>, name: string): Promise<Tier> {
    await cp(from, directory, { recursive: true })
    await damage(join(directory, name))
    const tier = sqliteTier({ file: join(directory, 'cache.sqlite') })
    await tier.open?.()
    return tier
  }

  it('has all where there is none', async () => {
    const tier = await damagedTier(async () => {}, 'cache.sqlite')
    expect(await readAll(tier, expected)).toBe(KEYS * 0.75)
    await tier.close?.()
  })

  const names = end === 'close' ? ['cache.sqlite'] : ['cache.sqlite', 'cache.sqlite-wal']
  const cases = names.flatMap((name) => Object.keys(DAMAGES).map((damage) => [damage, name] as const))

  it.each(cases)('answers misses or what was set, for %s in %s', { timeout: 60_000 }, async (damage, name) => {
    const seed = testSeed()
    const random = seededRandom(seed)
    for (let round = 0; round < (damage === 'garbage' ? 3 : ROUNDS); round++) {
      const tier = await damagedTier(async (file) => DAMAGES[damage]?.(file, random), name)
      await readAll(tier, expected).catch((cause: unknown) => {
        throw new Error(`seed ${seed}, round ${round}`, { cause })
      })
      await tier.close?.()
      for (const each of await readdir(directory)) await rm(join(directory, each))
    }
  })

  it('answers misses or what was set where the database was cut off', { timeout: 60_000 }, async () => {
    const { size } = await stat(join(from, 'cache.sqlite'))
    const seed = testSeed()
    const random = seededRandom(seed)
    for (let round = 0; round < ROUNDS / 3; round++) {
      const tier = await damagedTier((file) => truncate(file, random.int(0, size - 1)), 'cache.sqlite')
      await readAll(tier, expected)
      await tier.close?.()
      for (const each of await readdir(directory)) await rm(join(directory, each))
    }
  })

  it('sets a damaged file aside once, and is off when it is damaged again', async () => {
    const tier = await damagedTier((file) => writeFile(file, 'garbage'.repeat(10_000)), 'cache.sqlite')
    await readAll(tier, new Map())
    expect(await readdir(directory)).toContain('cache.sqlite.bad')
    // More than SQLite keeps in memory.
    const large = makeEntry('x'.repeat(50_000), Date.now(), 60_000, 0, 0)
    for (let index = 0; index < 100; index++) await tier.set(`${index}`, large)
    await writeFile(join(directory, 'cache.sqlite-wal'), '')
    await writeFile(join(directory, 'cache.sqlite'), 'garbage'.repeat(10_000))
    for (let index = 0; index < 100; index++) await attempt(() => tier.get(`${index}`))
    expect(await attempt(() => tier.get('1'))).toContain('damaged again')
    expect(await attempt(() => tier.set('1', large))).toContain('damaged again')
    await tier.close?.()
  })
})

describe('sqliteTier over a header that says that nobody may write', () => {
  const entry = makeEntry('value', Date.now(), 60_000, 0, 0)

  async function raise(): Promise<void> {
    const handle = await open(join(directory, 'cache.sqlite'), 'r+')
    await handle.write(Buffer.of(3), 0, 1, WRITE_VERSION_AT)
    await handle.close()
  }

  it.each([{ shared: true }, { shared: false }])('sets it aside and begins again (%j)', async (options) => {
    const file = join(directory, 'cache.sqlite')
    const before = sqliteTier({ file, ...options })
    await before.set('key', entry)
    await before.close?.()
    await raise()
    const tier = sqliteTier({ file, ...options })
    await tier.set('key', entry)
    expect((await tier.get('key'))?.value).toBe('value')
    expect(await readdir(directory)).toContain('cache.sqlite.bad')
    await tier.close?.()
  })
})

/** What it failed with, else whether it gave anything. */
async function attempt(work: () => unknown): Promise<string | boolean> {
  try {
    return (await work()) !== undefined
  } catch (error) {
    return (error as Error).message
  }
}
