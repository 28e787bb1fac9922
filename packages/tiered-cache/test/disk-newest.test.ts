import { readFileSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import type { Tier } from '@org/tiered-cache'
import { afterEach, describe, expect, it } from 'vitest'
import { asWritesBegin, healDisk } from './failing-writes.fixture.ts'
import {
  CLEAN,
  copyOf,
  entryOf,
  filesIn,
  FRESH,
  KILLED,
  openIn,
  plainDirectory,
  POWER_LOST_SYNCED,
  type Report,
  tierIn,
} from './plain-directory.fixture.ts'

const OPTIONS = { segmentBytes: '4kb', maxBytes: '16mb' } as const
const SEGMENT_HEADER_BYTES = 32
const FRAME_BYTES = 16
const FILLER = 'x'.repeat(1_000)
const paths: string[] = []

afterEach(() => {
  healDisk()
  for (const path of paths.splice(0)) rmSync(path, { recursive: true, force: true })
})

describe('the newest segment of a DiskTier that was killed', () => {
  it.each([0, 1, 2])('is missed where it was removed, after %d orderly lives', async (lives) => {
    const path = directory()
    for (let life = 0; life < lives; life++) {
      const before = await openIn(path, life === 0 ? FRESH : CLEAN, OPTIONS)
      await before.set('key', entryOf('old'))
      await before.close()
    }
    const tier = await openIn(path, lives === 0 ? FRESH : CLEAN, OPTIONS)
    if (lives === 0) await fillTwo(tier)
    const before = filesIn(path, '.seg').length
    await tier.set('key', entryOf('new'))
    await tier.delete('key')
    expect(filesIn(path, '.seg').length).toBe(before + 1)
    const copy = killedCopyOf(path)
    unlinkSync(newestIn(copy))
    const { found, warnings } = await seenIn(copy, KILLED)
    expect(found).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('is missing: nothing older is read')])
    await tier.close()
  })

  it('is missed where the one before it is gone too', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH, OPTIONS)
    await tier.set('key', entryOf('old'))
    for (let index = 0; index < 20; index++) await tier.set(`key:${index}`, entryOf(FILLER))
    await tier.delete('key')
    const copy = killedCopyOf(path)
    for (let gone = 0; gone < 2; gone++) unlinkSync(newestIn(copy))
    expect((await seenIn(copy, KILLED)).found).toBeUndefined()
    await tier.close()
  })

  it('is missed where nobody can tell, since the end of the one before it is damaged', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH, OPTIONS)
    await fillTwo(tier)
    await tier.delete('key')
    const copy = killedCopyOf(path)
    unlinkSync(newestIn(copy))
    const last = newestIn(copy)
    writeFileSync(last, readFileSync(last).fill(0, statSync(last).size - FRAME_BYTES))
    expect((await seenIn(copy, KILLED)).found).toBeUndefined()
    await tier.close()
  })

  it('is not missed where there was none after the last orderly end', async () => {
    const path = directory()
    const first = await openIn(path, FRESH, OPTIONS)
    await first.set('key', entryOf('kept'))
    await first.close()
    const tier = await openIn(path, CLEAN, OPTIONS)
    expect(await seenIn(killedCopyOf(path), KILLED)).toEqual({ found: 'kept', warnings: [] })
    await tier.close()
  })

  it.each([
    ['a process that was killed', KILLED, false],
    ['a loss of power', POWER_LOST_SYNCED, true],
  ] as const)(
    'is there whole after %s, whatever was about to be written, and after the next one',
    async (_how, report, durable) => {
      const path = directory()
      const tier = await openIn(path, FRESH, { ...OPTIONS, durable })
      const acknowledged = new Map<string, number>()
      const moments: (readonly [copy: string, known: ReadonlyMap<string, number>])[] = []
      asWritesBegin(() => moments.push([killedCopyOf(path), new Map(acknowledged)]))
      for (let index = 0; index < 20; index++) {
        const key = `key:${index % 7}`
        await tier.set(key, entryOf([index, FILLER]))
        acknowledged.set(key, index)
      }
      healDisk()
      // Frames, the header of each new segment, and its name in the end mark of the one before.
      expect(moments.length).toBeGreaterThan(20 + 2 * 4)
      for (const [copy, known] of moments) {
        const again = await openIn(copy, report, { ...OPTIONS, durable })
        await expectFirst(again, known)
        const after = await liveOn(again, known)
        const killed = await openIn(killedCopyOf(copy), report, { ...OPTIONS, durable })
        await expectFirst(killed, after)
        await Promise.all([killed.close(), again.close()])
        const last = await openIn(copy, CLEAN, { ...OPTIONS, durable })
        await expectFirst(last, after)
        await last.close()
      }
      await tier.close()
    },
    60_000,
  )

  it('is missed where it was removed, though its first owner was killed before the one before it named it', async () => {
    const path = directory()
    const first = await openIn(path, FRESH, OPTIONS)
    await first.set('key', entryOf('old'))
    await first.close()
    const second = await openIn(path, CLEAN, OPTIONS)
    const moments: string[] = []
    asWritesBegin(() => moments.push(killedCopyOf(path)))
    await second.set('key', entryOf('new'))
    healDisk()
    const unnamed = moments.find((copy) => filesIn(copy, '.seg').length === 2) as string
    const third = await openIn(unnamed, KILLED, OPTIONS)
    expect((await third.get('key'))?.value).toBe('old')
    await third.delete('key')
    const copy = killedCopyOf(unnamed)
    unlinkSync(newestIn(copy))
    expect((await seenIn(copy, KILLED)).found).toBeUndefined()
    await Promise.all([second.close(), third.close()])
  })

  it('keeps nothing back where it was cut to its header and the one before it was sealed', async () => {
    const path = directory()
    const tier = await openIn(path, FRESH, OPTIONS)
    for (const key of ['kept', 'a', 'b', 'c']) await tier.set(key, entryOf(key))
    await tier.set('filler', entryOf('x'.repeat(5_000)))
    const copy = killedCopyOf(path)
    const newest = newestIn(copy)
    truncateSync(newest, SEGMENT_HEADER_BYTES)
    const again = await openIn(copy, KILLED, OPTIONS)
    expect((await again.get('kept'))?.value).toBe('kept')
    expect(newestIn(copy)).toBe(newest)
    await again.close()
    await tier.close()
  })
})

/** An old value of the key in the first segment, and a second that is full. */
async function fillTwo(tier: Tier): Promise<void> {
  await tier.set('key', entryOf('old'))
  await tier.set('filler', entryOf(FILLER.repeat(5)))
}

/** Overwrites and adds until there are segments of this life; answers what is known then. */
async function liveOn(tier: Tier, known: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
  const after = new Map(known)
  for (let index = 100; index < 105; index++) {
    const key = index === 100 ? 'key:0' : `key:${index}`
    await tier.set(key, entryOf([index, FILLER]))
    after.set(key, index)
  }
  return after
}

async function expectFirst(tier: Tier, known: ReadonlyMap<string, number>): Promise<void> {
  for (const [key, index] of known) expect([key, await firstIn(tier, key)]).toEqual([key, index])
}

async function firstIn(tier: Tier, key: string): Promise<unknown> {
  const found = await tier.get(key)
  return (found?.value as readonly unknown[] | undefined)?.[0]
}

async function seenIn(
  path: string,
  report: Report,
): Promise<{ readonly found: unknown; readonly warnings: readonly string[] }> {
  const warnings: string[] = []
  const tier = tierIn(path, report, OPTIONS)
  tier.onWarning((message) => warnings.push(message))
  await tier.open()
  const found = (await tier.get('key'))?.value
  await tier.close()
  return { found, warnings }
}

function killedCopyOf(path: string): string {
  const copy = copyOf(path)
  paths.push(copy)
  return copy
}

function newestIn(path: string): string {
  return filesIn(path, '.seg').at(-1) as string
}

function directory(): string {
  const path = plainDirectory()
  paths.push(path)
  return path
}
