import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { eventually } from '@org/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contentsOf, freshDirectory, linesOf, openRotating, PLAIN } from './rotating-file.fixture.ts'
import type { WriterOrder } from './rotating-file.writer.fixture.ts'

const WRITER = join(import.meta.dirname, 'rotating-file.writer.fixture.ts')
const numbered = (line: number): string => `w ${line} ${'.'.repeat(50 + (line % 300))} end\n`

/** A small disk of its own, where that is allowed. */
function smallDisk(): string | undefined {
  const directory = freshDirectory()
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', directory]).status !== 0) return undefined
  onTestFinished(() => void spawnSync('umount', ['-l', directory]))
  return directory
}

const canMount = spawnSync('sh', [
  '-c',
  'd=$(mktemp -d) && mount -t tmpfs -o size=64k tmpfs "$d" && umount "$d" && rmdir "$d"',
])

/** Each line whole, none twice, in order; what is missing is told of in notices. */
function checkLines(lines: readonly string[], called: number): void {
  const notices = lines.filter((line) => /^dropped \d+$/.test(line)).map((line) => Number(line.split(' ')[1]))
  const rest = lines.filter((line) => !line.startsWith('dropped '))
  expect(rest.filter((line) => !/^w \d+ \.+ end$/.test(line))).toEqual([])
  const numbers = rest.map((line) => Number(line.split(' ')[1]))
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  expect(notices.length).toBeGreaterThan(0)
  expect(notices.reduce((sum, count) => sum + count, numbers.length)).toBe(called)
}

describe('RotatingFile on a full disk', () => {
  it.runIf(canMount.status === 0).each([
    { durability: 'turn' as const, maxBytes: Infinity, backupCount: 0 },
    { durability: 'turn' as const, maxBytes: 20_000, backupCount: 1_000 },
    { durability: 'line' as const, maxBytes: Infinity, backupCount: 0 },
    { durability: 'line' as const, maxBytes: 20_000, backupCount: 1_000 },
  ])('tears, doubles and hides no line, and goes on when there is space (%o)', async (how) => {
    const disk = smallDisk() as string
    const path = join(disk, 'app.log')
    const { target, reports } = openRotating(path, { ...how, maxBufferedBytes: 100_000 })
    for (let line = 0; line < 3_000; line++) {
      target.write(numbered(line), line % 50 === 0)
      if (line % 40 === 0) await turn()
      expect(target.stats().bufferedBytes).toBeLessThanOrEqual(100_000)
    }
    expect(reports).toEqual([expect.stringContaining('ENOSPC')])
    expect(target.stats().dropped).toBeGreaterThan(0)

    execFileSync('mount', ['-o', 'remount,size=4m', disk])
    await target.flush()
    for (let line = 3_000; line < 3_300; line++) target.write(numbered(line), false)
    await target.close()

    checkLines(linesOf(path), 3_300)
    const { written, dropped, bufferedBytes } = target.stats()
    expect({ sum: written + dropped, bufferedBytes }).toEqual({ sum: 3_300, bufferedBytes: 0 })
    expect(reports).toEqual([expect.anything(), expect.stringContaining('again')])
    for (const text of contentsOf(path).values()) expect(text.length).toBeLessThanOrEqual(how.maxBytes)
  })

  it.runIf(process.platform === 'linux')(
    'does so where the system limits the size of a file',
    async () => {
      const path = join(freshDirectory(), 'app.log')
      const options = { ...PLAIN, path, maxBufferedBytes: 100_000 }
      const order: WriterOrder = {
        options,
        name: 'w',
        lines: null,
        linesPerTurn: 40,
        urgentEvery: 50,
        isTelling: false,
        threads: 0,
        endsOn: 'SIGTERM',
      }
      const limited = 'ulimit -S -f 256; exec "$0" "$@"'
      const child = spawn('sh', ['-c', limited, process.execPath, WRITER, JSON.stringify(order)])
      let reports = ''
      let said = ''
      child.stderr.on('data', (chunk: Buffer) => void (reports += chunk.toString()))
      child.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()))
      await eventually(() => reports.includes('EFBIG'))
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited'])
      await eventually(() => reports.includes('again'))
      child.kill('SIGTERM')
      await once(child, 'close')

      const { called, written, dropped } = JSON.parse(said) as Record<string, number>
      expect(dropped).toBeGreaterThan(0)
      expect((written ?? 0) + (dropped ?? 0)).toBe(called)
      checkLines(linesOf(path), called ?? 0)
      expect(reports.trim().split('\n').length).toBe(2)
    },
    30_000,
  )
})
