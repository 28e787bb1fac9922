import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskTier } from '../src/disk/disk-tier.ts'
import { sqliteTier } from '../src/disk/sqlite-tier.ts'
import { entryOf } from './plain-directory.fixture.ts'

const PROGRAM = fileURLToPath(new URL('disk-ends.node.ts', import.meta.url))
const ENTRIES = 100_000
const GROUP = 1_000
let scratch: string

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'disk-ends-'))
})

afterAll(() => {
  rmSync(scratch, { recursive: true })
})

/** What a process says that has nothing else to do. */
async function says(act: string, path: string): Promise<string> {
  const flags = ['--conditions=@org/source', '--disable-warning=ExperimentalWarning']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, PROGRAM, act, path])
  return stdout
}

describe('a process that waits for nothing but a tier', () => {
  it('does not end before it has a lock', async () => {
    expect(await says('lock', join(scratch, 'it.lock'))).toBe('done')
  })

  it.each(['open', 'write'])('does not end before a sqliteTier can %s', async (act) => {
    const file = join(scratch, `${act}.sqlite`)
    const tier = sqliteTier({ file })
    await tier.open?.()
    await tier.close?.()
    expect(await says(`sqlite ${act}`, file)).toBe('done')
  })
})

describe('a process with a diskTier that has much to read', () => {
  let directory: string

  beforeAll(async () => {
    directory = join(scratch, 'disk')
    const tier = diskTier({ directory, segmentBytes: '256kb' })
    for (let at = 0; at < ENTRIES; at += GROUP) {
      const group = Array.from({ length: GROUP }, async (_, index) => tier.set(`key:${at + index}`, entryOf(1)))
      await Promise.all(group)
    }
    await tier.close?.()
    const [owner = ''] = readdirSync(directory).filter((name) => name.startsWith('owner-'))
    for (const name of readdirSync(join(directory, owner))) {
      if (name.endsWith('.hint')) rmSync(join(directory, owner, name))
    }
  })

  it('ends before all is read where nobody waits for it', async () => {
    const known = Number(await says('disk open', directory))
    expect(known).toBeGreaterThan(0)
    expect(known).toBeLessThan(ENTRIES)
  })

  it('does not end before a tier that is still reading is closed', async () => {
    expect(await says('disk close', directory)).toBe('done')
  })

  it('does not end before that where somebody waits for it', async () => {
    expect(Number(await says('disk ready', directory))).toBe(ENTRIES)
  })
})
