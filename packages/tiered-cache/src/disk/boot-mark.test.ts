import { link, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bootId } from './boot-id.ts'
import { BootMark } from './boot-mark.ts'

const EARLIER = '00000000-0000-0000-0000-000000000000'
let directory: string
let file: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'boot-mark-'))
  file = join(directory, 'it.boot')
})

afterEach(async () => {
  await rm(directory, { recursive: true })
})

describe('BootMark', () => {
  it('names this boot once it is set, and none once it is removed', async () => {
    const mark = new BootMark(file)
    expect(await mark.isOfEarlierBoot()).toBe(false)
    await mark.set()
    await mark.set()
    expect(await mark.isOfEarlierBoot()).toBe(false)
    expect(await readFile(file, 'latin1')).toBe(bootId())
    await mark.remove()
    expect(await readdir(directory)).toEqual([])
  })

  it('takes the place of an earlier one whole: that is never half written', async () => {
    const mark = new BootMark(file)
    await writeFile(file, EARLIER)
    await writeFile(`${file}.tmp`, 'what a process left that was killed')
    await link(file, `${file}.before`)
    expect(await mark.isOfEarlierBoot()).toBe(true)
    await mark.set()
    expect(await readFile(`${file}.before`, 'latin1')).toBe(EARLIER)
    expect((await readdir(directory)).toSorted()).toEqual(['it.boot', 'it.boot.before'])
    expect(await mark.isOfEarlierBoot()).toBe(false)
  })
})
