import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DiskTierOptions, resolveDiskTierOptions } from '../src/disk/disk-tier-options.ts'
import { DiskTier } from '../src/disk/disk-tier.ts'
import type { OwnedDirectory } from '../src/disk/owned-directory.ts'
import type { SegmentMark } from '../src/disk/segment-mark.ts'
import { makeEntry } from '../src/entry.ts'

/** What an owner would report of a directory. */
export type Report = Pick<OwnedDirectory, 'isFresh' | 'wasClean' | 'isSameBoot' | 'wasSynced'>

export const FRESH: Report = { isFresh: true, wasClean: true, isSameBoot: true, wasSynced: true }
export const CLEAN: Report = { isFresh: false, wasClean: true, isSameBoot: true, wasSynced: true }
export const KILLED: Report = { isFresh: false, wasClean: false, isSameBoot: true, wasSynced: false }
export const POWER_LOST: Report = { isFresh: false, wasClean: false, isSameBoot: false, wasSynced: false }
/** Where the last owner was a durable one. */
export const POWER_LOST_SYNCED: Report = { isFresh: false, wasClean: false, isSameBoot: false, wasSynced: true }

const HOUR_MS = 3_600_000
/** Opening waits for all that is to be recovered, for half of its deadline at the most. */
const PATIENCE = '10m'
/** What the last owner of a path, or of what it is a copy of, said as it closed it. */
const marks = new Map<string, SegmentMark>()

/** A new directory for segments. */
export function plainDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'disk-tier-'))
}

/** A disk tier right in `path`, without a lock, so that a test can copy and damage its files at any moment. */
export function tierIn(
  path: string,
  report: Report,
  options: Partial<DiskTierOptions> = {},
  take: (owned: OwnedDirectory) => Promise<OwnedDirectory> = async (owned) => owned,
): DiskTier {
  const owned: OwnedDirectory = {
    path,
    seed: 0x5eed,
    ...report,
    cleanMark: report.wasClean && !report.isFresh ? marks.get(path) : undefined,
    isHeld: async () => existsSync(path),
    renounce: async () => {},
    markUsable: async () => {},
    markClean: async (mark) => void marks.set(path, mark),
    release: async () => {},
  }
  return new DiskTier(resolveDiskTierOptions({ directory: path, deadline: PATIENCE, ...options }), () => take(owned))
}

export async function openIn(path: string, report: Report, options: Partial<DiskTierOptions> = {}): Promise<DiskTier> {
  const tier = tierIn(path, report, options)
  await tier.open()
  return tier
}

/** The files as they are at this moment, as a process that is killed now leaves them. */
export function copyOf(path: string): string {
  const copy = plainDirectory()
  mkdirSync(copy, { recursive: true })
  const mark = marks.get(path)
  if (mark !== undefined) marks.set(copy, mark)
  for (const name of readdirSync(path)) copyFileSync(join(path, name), join(copy, name))
  return copy
}

export function bytesIn(path: string): number {
  return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0)
}

export function filesIn(path: string, ending: string): readonly string[] {
  const number = (name: string): number => Number.parseInt(name, 10)
  return readdirSync(path)
    .filter((name) => name.endsWith(ending))
    .toSorted((one, other) => number(one) - number(other))
    .map((name) => join(path, name))
}

export function entryOf(value: unknown): ReturnType<typeof makeEntry> {
  return makeEntry(value, Date.now(), HOUR_MS, 0, 0)
}
