import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { takeDirectory } from '../src/disk/owner.ts'
import type { OwnedDirectory, WhenOwned } from '../src/disk/owned-directory.ts'
import { NOTHING_KEPT } from '../src/disk/segment-mark.ts'
import { type TalkingProcess, talkTo } from './talking-process.fixture.ts'

type Said = Pick<OwnedDirectory, 'path' | 'isFresh' | 'seed' | 'wasClean' | 'isSameBoot'> & { readonly error?: string }

let root: string
const directories: OwnedDirectory[] = []
const processes: TalkingProcess<Said>[] = []

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'owner-test-'))
})

afterEach(async () => {
  vi.restoreAllMocks()
  for (const each of directories.splice(0)) await each.release()
  for (const each of processes.splice(0)) await each.kill()
  await rm(root, { recursive: true, force: true })
})

async function take(whenOwned: WhenOwned = 'subdirectory', directory: string = root): Promise<OwnedDirectory> {
  const taken = await takeDirectory(directory, { whenOwned })
  directories.push(taken)
  return taken
}

async function takeElsewhere(whenOwned: WhenOwned = 'subdirectory'): Promise<TalkingProcess<Said>> {
  const taken = await talkTo<Said>('disk-owner.node.ts', [root, whenOwned])
  processes.push(taken)
  return taken
}

async function owners(): Promise<readonly string[]> {
  return (await readdir(root)).filter((name) => name.startsWith('owner-'))
}

/** An owner's directory with data in it, whose owner is gone. */
async function abandoned(end: (owned: OwnedDirectory) => Promise<void>): Promise<OwnedDirectory> {
  const owned = await take()
  for (const name of ['1.seg', '1.hint', '2.seg', '0.seg.bad']) await writeFile(join(owned.path, name), name)
  await end(owned)
  await owned.release()
  return owned
}

const closed = (owned: OwnedDirectory): Promise<void> => owned.markClean(NOTHING_KEPT)
const cut = async (): Promise<void> => {}

describe('takeDirectory', () => {
  it('makes what is missing, for nobody but its user', async () => {
    const directory = join(root, 'not', 'there')
    const { path, isFresh, wasClean, isSameBoot } = await take('error', directory)
    expect({ isFresh, wasClean, isSameBoot }).toEqual({ isFresh: true, wasClean: true, isSameBoot: true })
    for (const each of [directory, path]) expect((await stat(each)).mode & 0o777).toBe(0o700)
    const files = [join(directory, 'tiered-cache.lock'), join(path, 'owner.lock'), join(path, 'meta')]
    for (const each of files) expect((await stat(each)).mode & 0o777).toBe(0o600)
    expect(await readdir(path)).toHaveLength(2)
  })

  it('gives a directory on to the next owner, with its seed and what its last owner said', async () => {
    const first = await abandoned(closed)
    const second = await take()
    expect(second).toMatchObject({ path: first.path, seed: first.seed, isFresh: false, wasClean: true })
    expect(second.isSameBoot).toBe(true)
    expect((await readdir(second.path)).filter((name) => name.endsWith('.seg'))).toHaveLength(2)
    await second.markUsable()
    await second.release()
    await second.release()
    expect(await take()).toMatchObject({ path: first.path, isFresh: false, wasClean: false })
  })

  it('keeps the mark of the last owner until this one has looked at what is there', async () => {
    await abandoned(closed)
    const taken = await take()
    await taken.release()
    const again = await take()
    expect(again).toMatchObject({ path: taken.path, wasClean: true, cleanMark: NOTHING_KEPT })
    await again.markUsable()
    expect(await readFile(join(taken.path, 'meta'), 'utf8')).toContain('"cleanMark":null')
  })

  it('knows whether what is there had reached the disk: not before an owner has said so, nor after one that does not sync', async () => {
    const turns: readonly (readonly [isDurable: boolean, looksRound: boolean, wasSynced: boolean])[] = [
      [false, false, true],
      [true, false, false],
      [true, true, false],
      [true, true, true],
      [false, false, true],
      [false, true, true],
      [true, false, false],
      [true, true, false],
      [false, true, true],
      [false, true, false],
    ]
    for (const [isDurable, looksRound, wasSynced] of turns) {
      const owned = await takeDirectory(root, { whenOwned: 'error', isDurable })
      expect(owned.wasSynced).toBe(wasSynced)
      if (looksRound) await owned.markUsable()
      await owned.release()
    }
  })

  it('gives a second owner in the same process a directory of its own', async () => {
    const [one, other, third] = await Promise.all([take(), take(), take()])
    expect(new Set([one?.path, other?.path, third?.path]).size).toBe(3)
    await expect(take('error')).rejects.toThrow(/^directory must be .*: it has an owner/)
    await one?.release()
    expect((await take()).path).toBe(one?.path)
  })

  it('refuses a second owner that asks for it, and changes nothing then', async () => {
    const one = await abandoned(closed)
    const other = await take()
    expect(other.path).toBe(one.path)
    const third = await abandoned(closed)
    const before = await readdir(third.path)
    await expect(take('error')).rejects.toThrow('it has an owner, and whenOwned is "error"')
    expect(await readdir(third.path)).toEqual(before)
    expect(await take()).toMatchObject({ path: third.path, isFresh: false })
  })

  it('takes over one directory and removes the others: a clean one before a newer one that was cut by a reboot', async () => {
    const held = [await take(), await take(), await take()]
    for (const each of held) await writeFile(join(each.path, '7.seg'), 'data')
    const [cutOff, clean, unusable] = held as [OwnedDirectory, OwnedDirectory, OwnedDirectory]
    await clean.markClean(NOTHING_KEPT)
    await rewriteMeta(cutOff.path, (text) => otherBoot(text).replace(/"writtenAt":1/, '"writtenAt":3'))
    await writeFile(join(unusable.path, 'meta'), 'garbage')
    for (const each of held) await each.release()
    expect(await take()).toMatchObject({ path: clean.path, wasClean: true })
    expect(await owners()).toEqual([basename(clean.path)])
  })

  it('knows a directory that was cut under another boot', async () => {
    const last = await abandoned(cut)
    await rewriteMeta(last.path, otherBoot)
    const taken = await take()
    expect(taken).toMatchObject({ path: last.path, isFresh: false, wasClean: false, isSameBoot: false })
    await taken.release()
    // As if it had been killed before it had looked at what was there.
    const again = await take()
    expect(again).toMatchObject({ path: last.path, wasClean: false, isSameBoot: false })
    await again.markUsable()
    await again.release()
    expect(await take()).toMatchObject({ path: last.path, wasClean: false, isSameBoot: true })
  })

  it.each<[string, (text: string) => string]>([
    ['is missing a byte', (text) => text.slice(1)],
    ['has another digit', (text) => text.replace(/"writtenAt":1/, '"writtenAt":3')],
    ['is empty', () => ''],
    ['is of a future version', (text) => sealed(text.replace('tiered-cache disk 1', 'tiered-cache disk 2'))],
    ['is no object', () => sealed('null')],
  ])('never takes over a directory whose meta %s', async (_damage, damage) => {
    const last = await abandoned(closed)
    await rewriteMeta(last.path, damage, false)
    const taken = await take()
    expect(taken.isFresh).toBe(true)
    expect(taken.path).not.toBe(last.path)
    expect(await owners()).toEqual([basename(taken.path)])
  })

  it('leaves alone what is not ours', async () => {
    const last = await abandoned(closed)
    await writeFile(join(last.path, 'meta'), 'garbage')
    const foreign = ['notes.txt', 'meta', '1.seg', 'owner-1'].map((name) => join(root, name))
    for (const each of [...foreign, join(last.path, 'thesis.doc')]) await writeFile(each, 'mine')
    await mkdir(join(root, `owner-${'a'.repeat(16)}`))
    await writeFile(join(root, `owner-${'a'.repeat(16)}`, '1.seg'), 'mine')
    const taken = await take()
    expect(taken.isFresh).toBe(true)
    for (const each of foreign) expect(await readFile(each, 'utf8')).toBe('mine')
    expect(await readFile(join(root, `owner-${'a'.repeat(16)}`, '1.seg'), 'utf8')).toBe('mine')
    expect(await readdir(last.path)).toEqual(['thesis.doc'])
  })

  it.each(['a link', 'a directory'] as const)(
    'goes on where %s lies at its names, and writes through none',
    async (what) => {
      const target = join(root, 'thesis.doc')
      await writeFile(target, 'mine')
      const put = async (path: string): Promise<void> => {
        if (what === 'a link') return symlink(target, path)
        await mkdir(path)
        await writeFile(join(path, 'below'), '')
      }
      const first = await abandoned(closed)
      await put(join(root, 'tiered-cache.lock-journal'))
      for (const name of ['meta.tmp', 'owner.lock-journal', 'owner.lock-wal']) await put(join(first.path, name))
      const second = await take()
      expect(second).toMatchObject({ path: first.path, wasClean: true })
      await rm(join(second.path, 'meta'))
      await put(join(second.path, 'meta'))
      await second.markClean(NOTHING_KEPT)
      await second.release()
      const third = await take()
      expect(third).toMatchObject({ path: first.path, wasClean: true })
      await third.release()
      await rm(join(third.path, 'meta'))
      for (const name of ['meta', '3.seg', '3.hint', '3.seg.bad']) await put(join(third.path, name))
      const fourth = await take()
      expect(fourth).toMatchObject({ isFresh: true })
      expect(await owners()).toEqual([basename(fourth.path)])
      await fourth.release()
      await rm(join(root, 'tiered-cache.lock'))
      await rm(join(fourth.path, 'owner.lock'))
      await put(join(root, 'tiered-cache.lock'))
      await put(join(fourth.path, 'owner.lock'))
      const fifth = await take()
      expect(fifth.isFresh).toBe(true)
      expect(await owners()).toEqual([basename(fifth.path)])
      expect(await readFile(target, 'utf8')).toBe('mine')
    },
  )

  it('takes none over for a tier that has lost its directory', async () => {
    await abandoned(closed)
    const taken = await takeDirectory(root, { whenOwned: 'subdirectory', isNew: true })
    directories.push(taken)
    expect(taken.isFresh).toBe(true)
    expect(await owners()).toEqual([basename(taken.path)])
  })

  it.each(['is removed', 'is moved away', 'lost its lock', 'has another lock'] as const)(
    'knows that its place %s',
    async (fate) => {
      const owned = await take()
      expect(await owned.isHeld()).toBe(true)
      const lock = join(owned.path, 'owner.lock')
      if (fate === 'is removed') await rm(owned.path, { recursive: true })
      if (fate === 'is moved away') await rename(owned.path, `${owned.path}.away`)
      if (fate === 'lost its lock') await rm(lock)
      if (fate === 'has another lock') {
        await writeFile(`${lock}.new`, '')
        await rename(`${lock}.new`, lock)
      }
      expect(await owned.isHeld()).toBe(false)
    },
  )

  it.each(['with its lock', 'without a lock'] as const)(
    'keeps a copy of it %s, put in its place, from being taken over once it is renounced',
    async (how) => {
      const owned = await take()
      const copy = `${owned.path}.copy`
      await cp(owned.path, copy, { recursive: true })
      if (how === 'without a lock') await rm(join(copy, 'owner.lock'))
      await rm(owned.path, { recursive: true })
      await rename(copy, owned.path)
      expect(await owned.isHeld()).toBe(false)
      await owned.renounce()
      await owned.renounce()
      expect(existsSync(join(owned.path, 'meta'))).toBe(false)
      await owned.release()
      // Somebody puts the lock back, or it was there.
      await writeFile(join(owned.path, 'owner.lock'), '')
      expect((await take()).isFresh).toBe(true)
    },
  )

  it('removes what a process left that was killed as it made or removed a directory', async () => {
    await mkdir(join(root, `owner-${'b'.repeat(16)}`))
    const halfRemoved = join(root, `owner-${'c'.repeat(16)}`)
    await mkdir(halfRemoved)
    for (const name of ['owner.lock', '3.seg']) await writeFile(join(halfRemoved, name), '')
    const taken = await take()
    expect(await owners()).toEqual([basename(taken.path)])
  })

  it('goes on where its lock files hold garbage', async () => {
    const last = await abandoned(closed)
    for (const file of [join(root, 'tiered-cache.lock'), join(last.path, 'owner.lock')]) {
      await writeFile(file, 'garbage'.repeat(1_000))
    }
    const taken = await take()
    expect(taken.path).toBe(last.path)
    expect((await take()).path).not.toBe(last.path)
  })
})

describe('takeDirectory where the disk says no', () => {
  it.each([
    ['a path that is a file', (): string => join(root, 'file')],
    ['a path below a file', (): string => join(root, 'file', 'below')],
    ['a place where nothing can be made', (): string => '/proc/none/such'],
  ])('names the option and the value for %s', async (_case, directory) => {
    await writeFile(join(root, 'file'), '')
    const refused = takeDirectory(directory(), { whenOwned: 'subdirectory' })
    await expect(refused).rejects.toThrow(
      `directory must be a directory that this process can write to and own, got ${directory()}`,
    )
  })

  it.skipIf(process.platform === 'win32')('names them for a directory of another user', async () => {
    await chmod(root, 0o555)
    const refused = await talkTo<Said>('disk-owner.node.ts', [root, 'subdirectory', 'ordinary'])
    processes.push(refused)
    expect(refused.first.error).toMatch(/^directory must be .*EACCES/)
    await chmod(root, 0o700)
  })

  it('says what is missing where Node has no node:sqlite', async () => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue(undefined)
    await expect(take()).rejects.toMatchObject({ code: 'ERR_CACHE_MISSING_PEER', packageName: 'node:sqlite' })
  })
})

describe('takeDirectory between processes', () => {
  it('gives each its own directory, and lets one be taken over the moment its owner is killed', async () => {
    const one = await takeElsewhere()
    const other = await takeElsewhere()
    expect(other.first.path).not.toBe(one.first.path)
    const third = await take()
    expect([one.first.path, other.first.path]).not.toContain(third.path)
    await other.kill()
    const next = await takeElsewhere()
    expect(next.first).toMatchObject({
      path: other.first.path,
      seed: other.first.seed,
      isFresh: false,
      wasClean: false,
    })
    expect(next.first.isSameBoot).toBe(true)
    expect(existsSync(one.first.path)).toBe(true)
  })

  it('refuses one whose owner lives, and no longer when it is killed', async () => {
    const one = await takeElsewhere('error')
    const refused = await takeElsewhere('error')
    expect(refused.first.error).toContain('it has an owner')
    await one.kill()
    expect((await takeElsewhere('error')).first.path).toBe(one.first.path)
  })

  it('hands a closed one over clean', async () => {
    const one = await takeElsewhere()
    await one.ask('clean')
    await one.ask('release')
    expect(await take()).toMatchObject({ path: one.first.path, wasClean: true })
  })

  it('writes nothing to stderr', async () => {
    const one = await takeElsewhere()
    expect(one.stderr).not.toMatch(/sqlite/i)
  })
})

function otherBoot(text: string): string {
  return text.replace(/"bootId":"[^"]*"/, `"bootId":"${'0'.repeat(36)}"`)
}

function sealed(json: string): string {
  const line = json.split('\n')[0] ?? ''
  return `${`${line}\n${crc32(line)}\n`.padEnd(511)}\n`
}

async function rewriteMeta(path: string, change: (text: string) => string, isSealed = true): Promise<void> {
  const text = change(await readFile(join(path, 'meta'), 'utf8'))
  await writeFile(join(path, 'meta'), isSealed ? sealed(text) : text)
}
