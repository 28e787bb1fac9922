import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { delayStats, healDisk } from '../../test/failing-writes.fixture.ts'
import { openSegmentFile } from './segment-file.ts'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'segment-file-'))
})

afterEach(() => {
  healDisk()
  rmSync(directory, { recursive: true })
})

describe('SegmentFile', () => {
  it('is closed when the last read and the last look at its size have ended, and answers none after', async () => {
    const file = await openSegmentFile(join(directory, '1.seg'), 'wx+')
    await file.write([Buffer.from('abc')], 3, 0)
    delayStats()
    const [size, read] = [file.size(), file.read(Buffer.alloc(3), 3, 0)]
    file.close()
    expect(await read).toBe(3)
    expect(await size).toBe(3)
    await expect(file.size()).rejects.toThrow('closed')
    await expect(file.read(Buffer.alloc(3), 3, 0)).rejects.toThrow('closed')
    expect(() => file.readSync(Buffer.alloc(3), 3, 0)).toThrow('closed')
  })
})
