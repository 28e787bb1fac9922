import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { FaultOutcome } from '../disk-faults/fault-run.ts'
import type { FaultName } from '../disk-faults/faults.ts'
import { SmallDisk } from '../disk-faults/small-disk.ts'
import { makeSubject, openSubject, type SubjectName } from '../disk-faults/subject.ts'
import { entryOf, foundIn } from '../disk-faults/versioned-entry.ts'

const PROGRAM = join(import.meta.dirname, '../disk-faults/fault-run.node.ts')
const FEW_DESCRIPTORS = 'ulimit -n 128; exec "$0" "$@"'
const PATIENCE = { timeout: 90_000 }

/** In a process of its own, which a fault may take with it. */
async function outcomeOf(subject: SubjectName, fault: FaultName): Promise<FaultOutcome> {
  const flags = ['--conditions=@org/source', '--disable-warning=ExperimentalWarning']
  const program = [process.execPath, ...flags, PROGRAM, subject, fault]
  const { stdout } = await promisify(execFile)('sh', ['-c', FEW_DESCRIPTORS, ...program])
  return JSON.parse(stdout) as FaultOutcome
}

describe('A disk that fails', PATIENCE, () => {
  const canMount = SmallDisk.isAllowed()

  it.runIf(canMount).each([
    ['disk', 'full'],
    ['disk', 'too-small'],
    ['sqlite', 'full'],
    ['sqlite', 'too-small'],
    ['plain', 'full'],
    ['plain', 'too-small'],
  ] as const)('%s: %s: reads go on, writes are rejected, and it heals', async (subject, fault) => {
    const { complaints, rejected } = await outcomeOf(subject, fault)
    expect(complaints).toEqual([])
    expect(rejected).toBeGreaterThan(0)
  })

  it.runIf(process.platform === 'linux').each([
    ['disk', 'no-descriptors'],
    ['disk', 'removed'],
    ['disk', 'replaced'],
    ['disk', 'read-errors'],
    ['disk', 'write-errors'],
    ['disk', 'all-errors'],
    ['sqlite', 'no-descriptors'],
  ] as const)('%s: %s: nothing is thrown, nothing is wrong, and it heals', async (subject, fault) => {
    const { complaints } = await outcomeOf(subject, fault)
    expect(complaints).toEqual([])
  })

  it.runIf(canMount)('reads a directory that is read-only from the start, and writes once it may', async () => {
    const disk = new SmallDisk(8 * 1024)
    onTestFinished(() => disk.remove())
    const place = { directory: join(disk.directory, 'cache'), maxBytes: 2 ** 20, segmentBytes: 2 ** 16 }
    mkdirSync(place.directory)
    const before = await openSubject('disk', place)
    await before.set('key', entryOf('key', 1, 100))
    await before.close?.()

    // Files are closed behind the one who closes them, and one that is open for writing keeps the mount busy.
    await eventually(() => disk.remount('ro'))
    const tier = makeSubject('disk', place)
    // It may say that there is nothing to open; the cache goes on without it.
    await tier.open?.().catch(() => {})
    expect(foundIn('key', await tier.get('key'))).toBeOneOf([1, 'absent'])
    await expect(async () => tier.set('other', entryOf('other', 2, 100))).rejects.toThrow()
    expect(await tier.get('other')).toBeUndefined()

    disk.remount('rw')
    await eventually(() => tier.set('other', entryOf('other', 3, 100)), { within: 10_000 })
    expect(foundIn('other', await tier.get('other'))).toBe(3)
    await tier.close?.()
  })

  it.runIf(canMount)('finds out about a tier that does not try again', async () => {
    const { complaints } = await outcomeOf('plain:stays-broken', 'full')
    expect(complaints.join('\n')).toMatch('does not heal')
  })
})
