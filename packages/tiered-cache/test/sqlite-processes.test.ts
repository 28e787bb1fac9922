import { chmod, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom, testSeed } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sqliteTier } from '../src/disk/sqlite-tier.ts'
import { type Entry, makeEntry } from '../src/entry.ts'
import type { Tier } from '../src/tiers/tier.ts'
import { type TalkingProcess, talkTo } from './talking-process.fixture.ts'

let directory: string
let file: string
const processes: TalkingProcess<unknown>[] = []
const tiers: Tier[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sqlite-processes-'))
  file = join(directory, 'cache.sqlite')
})

afterEach(async () => {
  for (const each of processes.splice(0)) await each.kill()
  for (const each of tiers.splice(0)) await each.close?.()
  await rm(directory, { recursive: true, force: true })
})

async function start(options: object = {}, user = ''): Promise<TalkingProcess<unknown>> {
  const started = await talkTo('sqlite-tier.node.ts', [file, JSON.stringify(options), user])
  processes.push(started)
  return started
}

function ask(process: TalkingProcess<unknown>, ...order: readonly unknown[]): Promise<unknown> {
  return process.ask(JSON.stringify(order))
}

const entryOf = (value: unknown): Entry => makeEntry(value, Date.now(), 3_600_000, 0, 0)

async function open(): Promise<Tier> {
  const tier = sqliteTier({ file })
  tiers.push(tier)
  await tier.open?.()
  return tier
}

describe('sqliteTier in two processes', () => {
  it('shows each what the other has written, deleted and cleared', async () => {
    const [one, other] = [await start(), await start()]
    await ask(one, 'set', 'key', { by: 'one' })
    expect(await ask(other, 'get', 'key')).toEqual({ by: 'one' })
    await ask(other, 'set', 'key', { by: 'other' })
    expect(await ask(one, 'get', 'key')).toEqual({ by: 'other' })
    await ask(one, 'delete', 'key')
    expect(await ask(other, 'get', 'key')).toBeNull()
    await ask(one, 'set', 'key', 1)
    await ask(other, 'clear')
    expect(await ask(one, 'get', 'key')).toBeNull()
    await ask(one, 'set', 'key', 2)
    expect(await ask(other, 'get', 'key')).toBe(2)
    expect(one.stderr + other.stderr).not.toMatch(/sqlite/i)
  })

  it('lets both write at once', async () => {
    const [one, other] = [await start(), await start()]
    const refused = await Promise.all([ask(one, 'many', 'one', 2_000), ask(other, 'many', 'other', 2_000)])
    expect(refused).toEqual([0, 0])
    for (const index of [0, 999, 1_999]) {
      expect(await ask(one, 'get', `other:${index}`)).toBe(index)
      expect(await ask(other, 'get', `one:${index}`)).toBe(index)
    }
  })

  it('refuses the second where the file is not shared, and no longer when the first was killed', async () => {
    const one = await start({ shared: false })
    await ask(one, 'set', 'key', 1)
    expect((await start({ shared: false })).first).toEqual({
      error: expect.stringContaining('another process has it open'),
    })
    await one.kill()
    const next = await start({ shared: false })
    expect(next.first).toBe('open')
    expect(await ask(next, 'get', 'key')).toBe(1)
  })

  it('goes on in both where one of them finds the file damaged', async () => {
    const [one, other] = [await start(), await start()]
    await ask(one, 'many', 'key', 500)
    await ask(one, 'close')
    const third = await start()
    // Cut off under two open connections, as a full disk or a bad one may leave it.
    await writeFile(`${file}-wal`, '')
    await writeFile(file, Buffer.alloc(64 * 1024, 0x5a))
    const orders = [ask(other, 'get', 'key:1'), ask(third, 'get', 'key:2')]
    for (const answer of await Promise.all(orders)) expect([null, 1, 2]).toContain(answer)
    await ask(other, 'set', 'new', 1)
    await ask(third, 'set', 'new', 2)
    await ask(other, 'set', 'new', 3)
    expect(await ask(third, 'get', 'new')).toBe(3)
  })

  it('meet again in a new file when theirs was removed', async () => {
    const [one, other] = [await start(), await start()]
    await ask(one, 'set', 'key', 1)
    for (const end of ['', '-wal', '-shm', '.lock', '.boot']) await rm(file + end)
    expect(await ask(one, 'get', 'key')).toBeNull()
    await ask(one, 'set', 'key', 2)
    expect(await ask(other, 'get', 'key')).toBe(2)
    await ask(other, 'set', 'more', 3)
    await ask(other, 'close')
    expect([await ask(one, 'get', 'key'), await ask(one, 'get', 'more')]).toEqual([2, 3])
  })
})

describe('sqliteTier whose files others handle', () => {
  it('has no mapped file where it is not shared: nobody who cuts one off ends the process', async () => {
    const one = await start({ shared: false })
    await ask(one, 'many', 'key', 500)
    const names = await readdir(directory)
    expect(names.toSorted()).toEqual(['', '-wal', '.boot', '.lock'].map((end) => `cache.sqlite${end}`))
    for (const name of names) {
      await truncate(join(directory, name))
      expect([7, null]).toContain(await ask(one, 'get', 'key:7'))
      await ask(one, 'many', 'more', 50)
    }
    await ask(one, 'set', 'last', 1)
    expect(await ask(one, 'get', 'last')).toBe(1)
  })

  it.skipIf(process.platform === 'win32')('reads a file that it may not write, and leaves all as it is', async () => {
    const one = await start()
    await ask(one, 'set', 'key', 1)
    await ask(one, 'close')
    await chmod(directory, 0o555)
    await chmod(file, 0o444)
    const before = await readdir(directory)
    const reader = await start({}, 'ordinary')
    expect(reader.first).toBe('open')
    expect(await ask(reader, 'get', 'key')).toBe(1)
    expect(await ask(reader, 'set', 'key', 2)).toEqual({ error: expect.stringContaining('readonly') })
    expect(await ask(reader, 'get', 'key')).toBe(1)
    expect(await readdir(directory)).toEqual(before)
    // Another one, which may write, has it open and changes it, and closes it again.
    const writer = await open()
    await writer.set('key', entryOf(3))
    const readBeside = await ask(reader, 'get', 'key')
    await writer.close?.()
    expect(await ask(reader, 'get', 'key')).toBe(3)
    expect([3, { error: expect.any(String) }]).toContainEqual(readBeside)
  })
})

/** As many as the storm of `sqlite-tier.node.ts` has. */
const KEYS = 20

describe('sqliteTier after kill -9', () => {
  const ROUNDS = 6
  const seed = testSeed()

  it(`has every acknowledged write and no other value, whenever it is killed (seed ${seed})`, {
    timeout: 60_000,
  }, async () => {
    const random = seededRandom(seed)
    const told = new Map<string, number>()
    for (let round = 0; round < ROUNDS; round++) {
      const names = [`a${round}`, `b${round}`]
      const writers = await Promise.all(names.map(async () => start({ maxBytes: '64mb' })))
      const heard = writers.map(async (writer, index) => {
        let left = random.int(30, 200)
        for await (const line of writer.listen(JSON.stringify(['storm', names[index]]))) {
          const [key, version] = JSON.parse(line) as [string, number]
          told.set(key, version)
          if (left-- === 0) await writer.kill()
        }
      })
      await Promise.all(heard)
      const tier = await open()
      for (const [key, version] of told) expect(await versionsOf(tier, key)).toSatisfy(isAllowed(version))
    }
    expect(told.size).toBeGreaterThan(ROUNDS)
    await expect(readFile(`${file}.bad`)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

/** The last version that was told, or the next one, which may have been written and not told. */
function isAllowed(told: number): (found: number | null) => boolean {
  return (found) => found === heldAfter(told) || found === heldAfter(told + KEYS)
}

/** What the storm leaves under a key: two sets, then a delete. */
function heldAfter(version: number): number | null {
  return (version / KEYS) % 3 >= 2 ? null : version
}

async function versionsOf(tier: Tier, key: string): Promise<number | null> {
  const value = (await tier.get(key))?.value as { readonly key: string; readonly version: number } | undefined
  if (value !== undefined && value.key !== key) throw new Error(`${key} has the value of ${value.key}`)
  return value?.version ?? null
}
