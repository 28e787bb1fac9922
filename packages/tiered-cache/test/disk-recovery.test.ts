import { cpSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { diskTier } from '../src/disk/disk-tier.ts'
import type { DiskTierOptions } from '../src/disk/disk-tier-options.ts'
import { asSyncsBegin, failRemovals, failWrites, healDisk, holdRead } from './failing-writes.fixture.ts'
import {
  CLEAN,
  copyOf,
  entryOf,
  filesIn,
  FRESH,
  KILLED,
  openIn,
  plainDirectory,
  tierIn,
} from './plain-directory.fixture.ts'

const paths: string[] = []
const BOUNDS = { segmentBytes: '64kb', maxBytes: '1mb' } as const
const ENTRIES = 70
const SEGMENT_HEADER_BYTES = 32

afterEach(() => {
  healDisk()
  for (const path of paths.splice(0)) rmSync(path, { recursive: true, force: true })
})

describe('the recovery of a DiskTier', () => {
  it('tells once of a damaged segment that it finds after the tier is open', async () => {
    const path = await filled()
    const [first, second] = filesIn(path, '.seg') as [string, string]
    writeFileSync(second, readFileSync(second).fill(1, SEGMENT_HEADER_BYTES, 1_000))
    withoutHints(path)
    const held = holdRead('3.seg')
    const tier = tierIn(path, CLEAN, { ...BOUNDS, deadline: 0 })
    const warnings = warningsOf(tier)
    await tier.open()
    expect(warnings).toEqual([])
    await expect.poll(held.isHeld).toBe(true)
    held.release()
    await expect.poll(() => warnings.length).toBe(1)
    expect(warnings).toEqual(['segment 2 is damaged or foreign: it was set aside, and nothing older is read'])
    expect(filesIn(path, '.seg')).not.toContain(first)
    await tier.close()
    expect(warnings.length).toBe(1)
  })

  it('takes no segment for damaged that leaves while it is read', async () => {
    // Too long to be read at once.
    const bounds = { segmentBytes: '512kb', maxBytes: '2mb' } as const
    const path = await filled(bounds, 2 * ENTRIES)
    withoutHints(path)
    const held = holdRead('/1.seg')
    const tier = tierIn(path, CLEAN, { ...bounds, deadline: '1h' })
    const warnings = warningsOf(tier)
    const opening = tier.open()
    await expect.poll(held.isHeld).toBe(true)
    for (let index = 0; index < 2 * ENTRIES; index++) await tier.set(`new:${index}`, entryOf('x'.repeat(10_000)))
    expect(filesIn(path, '.seg')).not.toContain(`${path}/1.seg`)
    held.release()
    await opening
    expect(warnings).toEqual([])
    await tier.close()
    expect(filesIn(path, '.bad')).toEqual([])
  })

  it('is waited for without an end where the deadline is none', async () => {
    const path = await filled()
    withoutHints(path)
    const held = holdRead('/1.seg')
    const tier = tierIn(path, CLEAN, { ...BOUNDS, deadline: Infinity })
    let isOpen = false
    const opening = tier.open().then(() => (isOpen = true))
    await expect.poll(held.isHeld).toBe(true)
    for (let index = 0; index < 20; index++) await tier.set('other', entryOf(index))
    expect(isOpen).toBe(false)
    held.release()
    await opening
    expect((await tier.get('key:0'))?.value).toBe('x'.repeat(10_000))
    await tier.close()
  })

  it('tells of nothing, and brings nothing back, where the last owner said that nothing is kept, also if it cannot be removed at first', async () => {
    const directory = scratch()
    const options = { directory, ...BOUNDS }
    const first = diskTier(options)
    await first.open?.()
    await first.set('deleted', entryOf(1))
    failWrites('nothing')
    failRemovals('.seg')
    await Promise.allSettled([first.delete('deleted')])
    await first.close?.()
    const second = diskTier(options)
    await expect(second.open?.()).rejects.toThrow('EIO')
    await second.close?.()
    healDisk()
    const third = diskTier(options)
    const warnings = warningsOf(third)
    await third.open?.()
    expect(await third.get('deleted')).toBeUndefined()
    await third.set('new', entryOf(1))
    expect((await third.get('new'))?.value).toBe(1)
    await third.close?.()
    expect(warnings).toEqual([])
  })

  it('lets a durable owner write only when what another left has reached the disk', async () => {
    const path = scratch()
    const killed = await openIn(path, FRESH, BOUNDS)
    for (let index = 0; index < 20; index++) await killed.set(`key:${index}`, entryOf('x'.repeat(10_000)))
    const copy = copyOf(path)
    paths.push(copy)
    await killed.close()
    let synced = 0
    const segments = filesIn(copy, '.seg').length
    asSyncsBegin(() => synced++)
    const tier = await openIn(copy, KILLED, { ...BOUNDS, durable: true })
    expect(synced).toBe(segments)
    await tier.close()
  })
})

describe('a DiskTier after a loss of power', () => {
  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('has what its last owner wrote where that was durable: %s, be it durable itself or not: %s', async (was, is) => {
    const [directory, copy] = [scratch(), scratch()]
    const last = diskTier({ directory, durable: was })
    await last.set('key', entryOf(1))
    cpSync(directory, copy, { recursive: true })
    await last.close?.()
    underOtherBoot(copy)
    for (let start = 0; start < 2; start++) {
      const tier = diskTier({ directory: copy, durable: is })
      await tier.open?.()
      expect((await tier.get('key'))?.value).toBe(was ? 1 : undefined)
      await tier.close?.()
    }
  })
})

/** As if the machine had been started anew since the owners of a directory wrote their meta. */
function underOtherBoot(directory: string): void {
  for (const owner of readdirSync(directory).filter((name) => name.startsWith('owner-'))) {
    const meta = join(directory, owner, 'meta')
    const [json = ''] = readFileSync(meta, 'utf8').split('\n')
    const changed = json.replace(/"bootId":"[^"]*"/, `"bootId":"${'0'.repeat(36)}"`)
    writeFileSync(meta, `${`${changed}\n${crc32(changed)}\n`.padEnd(511)}\n`)
  }
}

/** Of more than half the bound. */
async function filled(bounds: Partial<DiskTierOptions> = BOUNDS, entries: number = ENTRIES): Promise<string> {
  const path = scratch()
  const tier = await openIn(path, FRESH, bounds)
  for (let index = 0; index < entries; index++) await tier.set(`key:${index}`, entryOf('x'.repeat(10_000)))
  await tier.close()
  return path
}

function withoutHints(path: string): void {
  for (const hint of filesIn(path, '.hint')) unlinkSync(hint)
}

function warningsOf(tier: ReturnType<typeof diskTier>): readonly string[] {
  const warnings: string[] = []
  tier.onWarning?.((message) => warnings.push(message))
  return warnings
}

function scratch(): string {
  const path = plainDirectory()
  paths.push(path)
  return path
}
