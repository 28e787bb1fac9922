import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readMeta } from '../src/disk/directory-meta.ts'
import { takeDirectory } from '../src/disk/owner.ts'
import { NOTHING_KEPT } from '../src/disk/segment-mark.ts'
import { sqliteTier } from '../src/disk/sqlite-tier.ts'
import { makeEntry } from '../src/entry.ts'

let mounted: string

/** Only some may mount. */
function canMount(): boolean {
  try {
    const probe = mkdtempSync(join(tmpdir(), 'mount-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe], { stdio: 'ignore' })
    execFileSync('umount', [probe])
    rmdirSync(probe)
    return true
  } catch {
    return false
  }
}

beforeEach(() => {
  mounted = mkdtempSync(join(tmpdir(), 'small-disk-'))
})

afterEach(() => {
  execFileSync('umount', ['-l', mounted])
  rmdirSync(mounted)
})

function mount(...options: readonly string[]): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options.join(','), 'tmpfs', mounted])
}

function fillUp(): void {
  const block = Buffer.alloc(4_096, 1)
  for (let index = 0; ; index++) {
    try {
      writeFileSync(join(mounted, `ballast-${index}`), block)
    } catch {
      return
    }
  }
}

function empty(): void {
  execFileSync('sh', ['-c', 'rm -f "$1"/ballast-*', 'sh', mounted])
}

const entryOf = (value: unknown) => makeEntry(value, Date.now(), 3_600_000, 0, 0)

describe.skipIf(!canMount())('sqliteTier on a small disk', () => {
  it('reads on while it is full, refuses writes, and takes them again when there is room', async () => {
    mount('size=3m')
    const tier = sqliteTier({ file: join(mounted, 'cache.sqlite') })
    await tier.open?.()
    await tier.set('old', entryOf('old'))
    fillUp()
    const large = entryOf('x'.repeat(100_000))
    const errors: unknown[] = []
    for (let index = 0; index < 5; index++) {
      await Promise.resolve(tier.set(`${index}`, large)).catch((error: unknown) => errors.push(error))
    }
    expect(errors.length).toBeGreaterThan(0)
    for (const error of errors) expect(tier.isRefusal?.(error)).toBe(true)
    expect((await tier.get('old'))?.value).toBe('old')
    empty()
    await tier.set('new', large)
    expect((await tier.get('new'))?.value).toHaveLength(100_000)
    expect((await tier.get('old'))?.value).toBe('old')
    await tier.close?.()
  })

  it.each([true, false])(
    'reads on a read-only disk, and writes when that can be written again (shared: %s)',
    async (shared) => {
      mount('size=3m')
      const make = () => sqliteTier({ file: join(mounted, 'cache.sqlite'), shared })
      const tier = make()
      await tier.open?.()
      await tier.set('old', entryOf('old'))
      await tier.close?.()
      execFileSync('mount', ['-o', 'remount,ro', mounted])
      const again = make()
      await again.open?.()
      expect((await again.get('old'))?.value).toBe('old')
      const refused = await Promise.resolve(again.set('new', entryOf('new'))).catch((error: unknown) => error)
      expect(again.isRefusal?.(refused)).toBe(true)
      expect((await again.get('old'))?.value).toBe('old')
      expect(await again.get('new')).toBeUndefined()
      execFileSync('mount', ['-o', 'remount,rw', mounted])
      await again.set('new', entryOf('new'))
      expect((await again.get('new'))?.value).toBe('new')
      expect((await again.get('old'))?.value).toBe('old')
      await again.close?.()
    },
  )

  it('rejects on a read-only disk where there is nothing to read, naming its file', async () => {
    mount('size=3m', 'ro')
    const tier = sqliteTier({ file: join(mounted, 'cache.sqlite') })
    await expect(tier.open?.()).rejects.toThrow(/^file must be .*cache.sqlite/)
    await expect(Promise.resolve(tier.get('old'))).rejects.toThrow(/^file must be /)
    execFileSync('mount', ['-o', 'remount,rw', mounted])
    await tier.set('old', entryOf('old'))
    expect((await tier.get('old'))?.value).toBe('old')
    await tier.close?.()
  })
})

describe.skipIf(!canMount())('takeDirectory on a small disk', () => {
  it('takes over a directory on a full disk', async () => {
    mount('size=1m')
    const first = await takeDirectory(mounted, { whenOwned: 'error' })
    await first.markClean(NOTHING_KEPT)
    await first.release()
    fillUp()
    const again = await takeDirectory(mounted, { whenOwned: 'error' })
    expect(again).toMatchObject({ path: first.path, seed: first.seed, wasClean: true, isFresh: false })
    await again.markUsable()
    expect(await readMeta(again.path)).toMatchObject({ cleanMark: null })
    await again.markClean(NOTHING_KEPT)
    expect(await readMeta(again.path)).toMatchObject({ cleanMark: NOTHING_KEPT })
    await again.release()
  })

  it('names the option and the value on a read-only disk', async () => {
    mount('size=1m', 'ro')
    const refused = takeDirectory(join(mounted, 'cache'), { whenOwned: 'error' })
    await expect(refused).rejects.toThrow(/^directory must be a directory that .*EROFS/)
    await expect(takeDirectory(mounted, { whenOwned: 'error' })).rejects.toThrow(/EROFS/)
  })
})
