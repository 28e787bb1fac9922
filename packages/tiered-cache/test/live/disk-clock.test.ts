import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Entry, Tier } from '@org/tiered-cache'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openSubject, type SubjectName } from '../disk-faults/subject.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const NOON = Date.UTC(2030, 0, 1, 12)
/** A whole tier that expires at once goes by segments, so there is more than one. */
const TEXT = 'x'.repeat(20_000)
const KEYS = Array.from({ length: 40 }, (_, index) => `key:${index}`)

/** Lives for a minute from the clock's now on. */
function entryNow(version: number): Entry {
  const now = Date.now()
  const value = { version, text: TEXT }
  return {
    value,
    storedAt: now,
    staleAt: now + MINUTE,
    expiresAt: now + MINUTE,
    loadMs: 0,
    etag: undefined,
    stamps: [],
  }
}

/** The versions that are found and have not expired. */
async function versionsOf(tier: Tier): Promise<readonly unknown[]> {
  const found = await Promise.all(KEYS.map(async (key) => tier.get(key)))
  const fresh = found.flatMap((entry) => (entry !== undefined && entry.expiresAt > Date.now() ? [entry.value] : []))
  return [...new Set(fresh.map((value) => (value as { readonly version: number }).version))]
}

const setAll = (tier: Tier, version: number): Promise<unknown> =>
  Promise.all(KEYS.map(async (key) => tier.set(key, entryNow(version))))

describe('A clock that jumps', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: NOON }))
  afterEach(() => void vi.useRealTimers())

  it.each(['disk', 'sqlite'] as const satisfies readonly SubjectName[])(
    '%s: brings back no older value, whichever way it goes',
    async (subject) => {
      const directory = mkdtempSync(join(tmpdir(), 'disk-clock-'))
      onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
      const place = { directory, maxBytes: 8 * 2 ** 20, segmentBytes: 2 ** 17 }
      let tier = await openSubject(subject, place)
      const again = async (): Promise<void> => {
        await tier.close?.()
        tier = await openSubject(subject, place)
      }
      await setAll(tier, 1)
      expect(await versionsOf(tier)).toEqual([1])

      vi.setSystemTime(NOON + DAY)
      expect(await versionsOf(tier)).toEqual([])
      await setAll(tier, 2)
      await again()
      expect(await versionsOf(tier)).toEqual([2])

      vi.setSystemTime(NOON - DAY)
      expect(await versionsOf(tier)).toEqual([2])
      await setAll(tier, 3)
      expect(await versionsOf(tier)).toEqual([3])
      await again()
      expect(await versionsOf(tier)).toEqual([3])

      vi.setSystemTime(NOON)
      await again()
      expect(await versionsOf(tier)).toEqual([])
      await tier.close?.()
    },
  )
})
