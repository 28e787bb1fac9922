import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { eventually } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { freshDirectory, linesOf, openRotating, PLAIN } from './rotating-file.fixture.ts'

const namesIn = (path: string): string[] => readdirSync(dirname(path)).toSorted()

describe('RotatingFile that compresses backups', () => {
  const GZIP = { ...PLAIN, maxBytes: 2_000, backupCount: 50, gzipBackups: true }

  it('compresses all from .2 on, while names go on moving', async () => {
    const path = join(freshDirectory(), 'app.log')
    const { target } = openRotating(path, GZIP)
    const lines = Array.from({ length: 300 }, (_, index) => `${index} ${'x'.repeat(200)}`)
    for (const line of lines) {
      target.write(`${line}\n`, true)
      if (Number(line.split(' ')[0]) % 7 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await target.close()
    expect(linesOf(path)).toEqual(lines)
    const plain = namesIn(path).filter((name) => !name.endsWith('.gz'))
    expect(plain).toEqual(['app.log', 'app.log.1'])
  })

  it('mends what a crash left: a half-made file, a backup beside its compressed form', async () => {
    const path = join(freshDirectory(), 'app.log')
    writeFileSync(path, 'now\n')
    writeFileSync(`${path}.1`, 'one\n')
    writeFileSync(`${path}.2`, 'two\n')
    writeFileSync(`${path}.3`, 'three\n')
    writeFileSync(`${path}.3.gz`, gzipSync('three\n'))
    // No process has a number as high.
    writeFileSync(`${path}.${hostname()}.999999999.0.gz.tmp`, 'half')
    const { target } = openRotating(path, GZIP)
    await target.close()
    expect(namesIn(path)).toEqual(['app.log', 'app.log.1', 'app.log.2.gz', 'app.log.3.gz'])
    expect(linesOf(path)).toEqual(['three', 'two', 'one', 'now'])
  })

  it('leaves the work to another process that is at it', async () => {
    const path = join(freshDirectory(), 'app.log')
    writeFileSync(`${path}.2`, 'two\n')
    writeFileSync(`${path}.${hostname()}.${process.ppid}.0.gz.tmp`, 'half')
    await openRotating(path, GZIP).target.close()
    expect(namesIn(path)).toContain('app.log.2')
  })

  it('keeps permissions and the time of the last line', async () => {
    const path = join(freshDirectory(), 'app.log')
    writeFileSync(`${path}.2`, 'two\n')
    chmodSync(`${path}.2`, 0o640)
    utimesSync(`${path}.2`, 1_000_000, 1_000_000)
    await openRotating(path, GZIP).target.close()
    const { mode, mtimeMs } = statSync(`${path}.2.gz`)
    expect({ mode: mode & 0o777, mtimeMs }).toEqual({ mode: 0o640, mtimeMs: 1_000_000_000 })
  })

  it('puts it in place at the name that the backup has by then, and loses no late line', async () => {
    const path = join(freshDirectory(), 'app.log')
    const text = `${'x'.repeat(999)}\n`.repeat(20_000)
    for (const index of [2, 3]) {
      writeFileSync(`${path}.${index}`, text)
      utimesSync(`${path}.${index}`, 1_000_000, 1_000_000)
    }
    const { target } = openRotating(path, GZIP)
    const temporary = await eventually(() => namesIn(path).find((name) => name.endsWith('.tmp')) ?? false, { every: 0 })
    symlinkSync(`${process.ppid} 0 ${hostname()}`, `${path}.lock`)
    // It has the time of the backup when it is finished and waits for the lock.
    await eventually(() => statSync(join(dirname(path), temporary)).mtimeMs === 1_000_000_000)
    appendFileSync(`${path}.3`, 'late\n')
    renameSync(`${path}.3`, `${path}.4`)
    renameSync(`${path}.2`, `${path}.3`)
    rmSync(`${path}.lock`)
    await target.close()
    const { target: later } = openRotating(path, GZIP)
    await later.close()
    expect(namesIn(path)).toEqual(['app.log', 'app.log.3.gz', 'app.log.4.gz'])
    expect(linesOf(path).length).toBe(40_001)
    expect(linesOf(path)[20_000]).toBe('late')
  })

  it('tells once of a backup that it cannot compress, which holds up no other', async () => {
    const path = join(freshDirectory(), 'app.log')
    mkdirSync(`${path}.5`)
    writeFileSync(`${path}.2`, 'two\n')
    const { target, reports } = openRotating(path, GZIP)
    target.write(`${'x'.repeat(1_500)}\n`, true)
    target.write(`${'y'.repeat(1_500)}\n`, true)
    await target.close()
    expect(reports).toEqual([expect.stringMatching(/cannot compress backups of .*app\.log \(EISDIR\)/)])
    expect(target.stats().writeFaults).toBeGreaterThan(0)
    expect(namesIn(path)).toEqual(['app.log', 'app.log.1', 'app.log.2.gz', 'app.log.5'])
  })
})

describe('RotatingFile with a limit on age', () => {
  it('removes older backups when it is opened and at each rotation, and no other file', async () => {
    const path = join(freshDirectory(), 'app.log')
    const old = (name: string): void => {
      writeFileSync(`${path}${name}`, 'x\n')
      utimesSync(`${path}${name}`, Date.now() / 1000 - 7_200, Date.now() / 1000 - 7_200)
    }
    for (const name of ['', '.2', '.3.gz', '.9', '.bak']) old(name)
    writeFileSync(`${path}.1`, 'x\n')
    const { target } = openRotating(path, { maxBytes: 10, backupCount: 5, maxBackupAgeMs: 3_600_000 })
    expect(namesIn(path)).toEqual(['app.log', 'app.log.1', 'app.log.bak'])

    utimesSync(`${path}.1`, 1, 1)
    target.write('123456789\n', true)
    // What was the log is as old: its last line counts.
    expect(namesIn(path)).toEqual(['app.log', 'app.log.bak'])
    expect(readFileSync(path, 'utf8')).toBe('123456789\n')
  })
})
