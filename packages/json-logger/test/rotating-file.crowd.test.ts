import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BATCH_BYTES } from '../src/sinks/line-buffer.ts'
import { contentsOf, freshDirectory, linesOf, PLAIN } from './rotating-file.fixture.ts'
import type { WriterOrder } from './rotating-file.writer.fixture.ts'

const WRITER = join(import.meta.dirname, 'rotating-file.writer.fixture.ts')
const LINES = 2_000
const MAX_BYTES = 65_536
const LONGEST_LINE = 370

async function runWriter(order: WriterOrder): Promise<string> {
  const child = spawn(process.execPath, [WRITER, JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'pipe'] })
  let reports = ''
  child.stderr.on('data', (chunk: Buffer) => {
    reports += chunk.toString()
  })
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  return reports
}

describe('RotatingFile, shared by four processes and two threads more', () => {
  it.each([
    { durability: 'turn' as const, gzipBackups: false },
    { durability: 'turn' as const, gzipBackups: true },
    { durability: 'line' as const, gzipBackups: false },
  ])(
    'loses, doubles and tears no line, keeps the limit to a batch and fills each file (%o)',
    async (how) => {
      const path = join(freshDirectory(), 'app.log')
      const options = { ...PLAIN, ...how, path, maxBytes: MAX_BYTES, backupCount: 10_000 }
      const order = { options, lines: LINES, linesPerTurn: 50, urgentEvery: 20, isTelling: false }
      const reports = await Promise.all(
        ['a', 'b', 'c', 'd'].map((name, index) => runWriter({ ...order, name, threads: index === 0 ? 2 : 0 })),
      )

      expect(reports).toEqual(['', '', '', ''])
      const lines = linesOf(path)
      expect(lines.filter((line) => !/^[a-d](\.\d)? \d+ \.+ end$/.test(line))).toEqual([])
      for (const name of ['a', 'b', 'c', 'd', 'a.1', 'a.2']) {
        const numbers = lines.filter((line) => line.startsWith(`${name} `)).map((line) => Number(line.split(' ')[1]))
        expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: LINES }, (_, index) => index))
      }
      const sizes = [...contentsOf(path).values()].map((text) => text.length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(MAX_BYTES + BATCH_BYTES)
      // Each is rotated once: no backup has room for another line. The last one is the log itself.
      expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(MAX_BYTES - LONGEST_LINE)
    },
    60_000,
  )
})
