import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { contentsOf, freshDirectory, linesOf, openRotating } from './rotating-file.fixture.ts'

describe('RotatingFile, its place away', () => {
  it('opens without throwing, keeps lines up to the bound and writes them by itself when the place is back', async () => {
    const { path, giveBack } = awayPath()
    const { target, reports } = openRotating(path, { maxBufferedBytes: 65_536 })
    const lines = Array.from({ length: 100 }, (_, index) => `${index} ${'x'.repeat(1_000)}`)
    for (const line of lines) target.write(`${line}\n`, true)
    expect(reports).toEqual([expect.stringMatching(/cannot write .*app\.log.*\((EEXIST|ENOTDIR)\)/)])
    const { dropped } = target.stats()
    expect(dropped).toBe(100 - Math.floor(65_536 / 1_003.9))

    giveBack()
    await eventually(() => target.stats().bufferedBytes === 0)
    target.write('after\n', true)
    expect(linesOf(path)).toEqual([...lines.slice(0, 100 - dropped), `dropped ${dropped}`, 'after'])
    expect(target.stats()).toMatchObject({ written: 101 - dropped, dropped })
    expect(reports.length).toBe(2)
  })

  it('counts as dropped what could not be written until it was closed, and what comes later', async () => {
    const { path } = awayPath()
    const { target } = openRotating(path)
    target.write('a\n', false)
    target.write('b\n', true)
    target.flushSync()
    await target.flush()
    expect(target.stats()).toMatchObject({ written: 0, dropped: 0, bufferedBytes: 4 })
    await target.close()
    target.write('c\n', true)
    target.flushSync()
    expect(target.stats()).toMatchObject({ written: 0, dropped: 3, bufferedBytes: 0 })
    await target.close()
  })

  it('tells of a second outage as of the first', async () => {
    const { path, giveBack, takeAway } = awayPath()
    const { target, reports } = openRotating(path)
    giveBack()
    target.flushSync()
    takeAway()
    target.write('a\n', true)
    target.write('b\n', true)
    giveBack()
    target.flushSync()
    await target.close()
    expect(reports.map((report) => report.includes('again'))).toEqual([false, true, false, true])
    expect(linesOf(path)).toEqual(['a', 'b'])
  })

  /** A log whose directory is a file for now. */
  function awayPath(): { path: string; giveBack: () => void; takeAway: () => void } {
    const directory = join(freshDirectory(), 'logs')
    const takeAway = (): void => {
      rmSync(directory, { recursive: true, force: true })
      writeFileSync(directory, '')
    }
    takeAway()
    return { path: join(directory, 'app.log'), takeAway, giveBack: () => rmSync(directory) }
  }
})

describe('RotatingFile that cannot rotate', () => {
  it('writes on into the file while another holds the lock, and rotates when it is free', async () => {
    const { path, target, reports } = openAt(20)
    symlinkSync(`${process.ppid} 0 ${hostname()}`, `${path}.lock`)
    for (const line of ['1234567890\n', '2234567890\n', '3234567890\n']) target.write(line, true)
    expect(linesOf(path)).toEqual(['1234567890', '2234567890', '3234567890'])
    expect(target.stats().rotations).toBe(0)

    rmSync(`${path}.lock`)
    target.write('x\n', true)
    expect(target.stats()).toMatchObject({ rotations: 1, writeFaults: 0 })
    expect(reports).toEqual([])
    expect(contentsOf(path).get('app.log')).toBe('x\n')
  })

  it('writes on into the file while a rename fails, tells once, and rotates when it works again', async () => {
    const { path, target, reports } = openAt(20)
    // A directory that is not empty takes the place of no file.
    mkdirSync(`${path}.1`)
    writeFileSync(join(`${path}.1`, 'x'), '')
    mkdirSync(`${path}.2`)
    writeFileSync(join(`${path}.2`, 'x'), '')
    for (const line of ['1234567890\n', '2234567890\n', '3234567890\n']) target.write(line, true)
    expect(readFileSync(path, 'utf8')).toBe('1234567890\n2234567890\n3234567890\n')
    expect(target.stats()).toMatchObject({ written: 3, dropped: 0, rotations: 0 })
    expect(target.stats().writeFaults).toBeGreaterThan(0)
    expect(reports).toEqual([expect.stringMatching(/cannot rotate .*app\.log/)])

    rmSync(`${path}.1`, { recursive: true })
    rmSync(`${path}.2`, { recursive: true })
    await eventually(() => {
      target.write('x\n', true)
      return target.stats().rotations === 1
    })
    expect(reports.length).toBe(2)
  })

  it('only opens the new file where another process has rotated', () => {
    const { path, target } = openAt(20)
    target.write('1234567890\n', true)
    renameSync(path, `${path}.1`)
    target.write('2234567890\n', true)
    expect([...contentsOf(path).values()]).toEqual(['1234567890\n', '2234567890\n'])
    expect(target.stats().rotations).toBe(0)
  })

  function openAt(maxBytes: number): { path: string } & ReturnType<typeof openRotating> {
    const path = join(freshDirectory(), 'app.log')
    return { path, ...openRotating(path, { maxBytes, backupCount: 2 }) }
  }
})

describe('RotatingFile', () => {
  it('is quiet when its directory goes and comes between two lines', () => {
    const directory = join(freshDirectory(), 'logs')
    const { target, reports } = openRotating(join(directory, 'app.log'))
    rmSync(directory, { recursive: true })
    mkdirSync(directory)
    target.write('a\n', true)
    rmSync(join(directory, 'app.log'))
    rmdirSync(directory)
    target.write('b\n', true)
    expect(linesOf(join(directory, 'app.log'))).toEqual(['b'])
    expect(reports).toEqual([])
  })

  it('writes a line at the end of the turn, an urgent one at once with all before it', async () => {
    const path = join(freshDirectory(), 'app.log')
    const { target } = openRotating(path)
    target.write('a\n', false)
    expect(readFileSync(path, 'utf8')).toBe('')
    target.write('b\n', true)
    expect(readFileSync(path, 'utf8')).toBe('a\nb\n')
    target.write('c\n', false)
    await eventually(() => readFileSync(path, 'utf8') === 'a\nb\nc\n')
    target.write(`${'x'.repeat(65_535)}\n`, false)
    expect(readFileSync(path, 'utf8').length).toBe(65_542)
  })
})
