import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { diskTier } from '../../src/disk/index.ts'
import { Neighbour } from '../disk-faults/neighbour.ts'
import { twoProcesses } from '../disk-faults/two-processes.ts'

const PATIENCE = { timeout: 60_000 }

describe('Two processes on one directory', PATIENCE, () => {
  it.each(['disk', 'sqlite'] as const)('%s: neither harms the other, nor who comes after a kill', async (subject) => {
    expect(await twoProcesses(subject)).toEqual([])
  })

  it('tells the second one so where it is to be the only one, and lets it in after a kill', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'disk-owned-'))
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
    const owner = new Neighbour({ subject: 'disk', place: { directory, maxBytes: 2 ** 20, segmentBytes: 2 ** 16 } })
    onTestFinished(() => owner.kill())
    expect(await owner.tell({ do: 'set', keys: ['key'], version: 1, bytes: 10 })).toEqual({})

    const options = { directory, maxBytes: 2 ** 20, whenOwned: 'error' } as const
    await expect(diskTier(options).open?.()).rejects.toThrow(directory)
    await owner.kill()
    const tier = diskTier(options)
    await tier.open?.()
    expect(await tier.get('key')).toMatchObject({ value: { version: 1 } })
    await tier.close?.()
  })

  it('are found out where they write into each other', async () => {
    expect((await twoProcesses('plain')).join('\n')).toMatch('has not the last value')
  })
})
