import { spawnSync } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openUploadDirectory, removeUploadDirectory } from './upload-directory.ts'

let temporary: string
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'upload-directory-test-'))
  vi.stubEnv('TMPDIR', temporary)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    rmSync(temporary, { recursive: true, force: true })
  })
})

/** The pid of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['-e', '']).pid
}

/** A directory with a recording in it. */
function directory(name: string): string {
  mkdirSync(join(temporary, name))
  writeFileSync(join(temporary, name, 'recording'), 'RIFF')
  return name
}

describe('openUploadDirectory', () => {
  it('removes what dead processes have left, and what an earlier one with the pid of this one has', async () => {
    directory(`analysis-service-${deadPid()}-abcDEF`)
    directory(`analysis-service-${process.pid}-abc123`)
    const own = await openUploadDirectory()
    expect(readdirSync(temporary).map((name) => join(temporary, name))).toEqual([own])
    await removeUploadDirectory(own)
    expect(readdirSync(temporary)).toEqual([])
  })

  it('leaves alone what this process and living ones have open', async () => {
    const neighbour = directory(`analysis-service-${process.ppid}-abcDEF`)
    const first = await openUploadDirectory()
    const second = await openUploadDirectory()
    expect(readdirSync(temporary).toSorted()).toEqual(
      [neighbour, ...[first, second].map((path) => path.slice(temporary.length + 1))].toSorted(),
    )
    expect(readdirSync(join(temporary, neighbour))).toEqual(['recording'])
  })

  it('leaves alone what is named otherwise, what is no directory, and what a link leads to', async () => {
    const pid = deadPid()
    const others = [
      directory('elsewhere'),
      ...['abc', 'abcDEF-', 'abc.EF', ''].map((end) => directory(`analysis-service-${pid}-${end}`)),
      directory(`x-analysis-service-${pid}-abcDEF`),
      directory('analysis-service--abcDEF'),
      directory('analysis-service-99999999999999999999-abcDEF'),
    ]
    const file = `analysis-service-${pid}-abcdef`
    writeFileSync(join(temporary, file), '')
    const link = `analysis-service-${pid}-ABCDEF`
    symlinkSync(join(temporary, 'elsewhere'), join(temporary, link))
    const inside = directory(`analysis-service-${pid}-linker`)
    symlinkSync(join(temporary, 'elsewhere'), join(temporary, inside, 'link'))

    const own = await openUploadDirectory()
    const expected = [...others, file, link, own.slice(temporary.length + 1)]
    expect(readdirSync(temporary).toSorted()).toEqual(expected.toSorted())
    expect(readdirSync(join(temporary, 'elsewhere'))).toEqual(['recording'])
  })

  it.runIf(process.getuid?.() === 0)('leaves alone what another user owns', async () => {
    const foreign = directory(`analysis-service-${deadPid()}-abcDEF`)
    chownSync(join(temporary, foreign), 65_534, 65_534)
    await openUploadDirectory()
    expect(readdirSync(temporary)).toContain(foreign)
  })
})
