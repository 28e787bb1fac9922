import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { contentsOf, freshDirectory, linesOf, openRotating } from './rotating-file.fixture.ts'
import {
  digests,
  hasPython,
  RECORDED,
  RECORDED_SEEDS,
  type RotationCase,
  rotationCase,
  runPython,
} from './rotation-oracle.fixture.ts'

const seed = testSeed()
const recorded = JSON.parse(readFileSync(RECORDED, 'utf8')) as Record<string, Record<string, string>>

/** The files that ours leaves; turns end at random, some lines are urgent. */
async function runOurs(directory: string, { maxBytes, backupCount, runs }: RotationCase): Promise<void> {
  const random = seededRandom(maxBytes + backupCount)
  const durability = random.pick(['turn', 'line'] as const)
  for (const run of runs) {
    const { target } = openRotating(join(directory, 'app.log'), { maxBytes, backupCount, durability })
    for (const line of run) {
      target.write(`${line}\n`, random.chance(0.02))
      if (random.chance(0.02)) await turn()
    }
    await target.close()
  }
}

describe('RotatingFile beside RotatingFileHandler of Python', () => {
  it.each(RECORDED_SEEDS)('leaves the files that Python left, recorded case %i', async (recordedSeed) => {
    const directory = freshDirectory()
    await runOurs(directory, rotationCase(recordedSeed))
    expect(digests(directory)).toEqual(recorded[recordedSeed])
  })

  it.runIf(hasPython)(
    `leaves the files that Python leaves (seed ${seed})`,
    async () => {
      for (let at = 0; at < 8; at++) {
        const ours = freshDirectory()
        const python = freshDirectory()
        await runOurs(ours, rotationCase(seed + at))
        runPython(python, rotationCase(seed + at))
        expect(digests(ours), `seed ${seed + at}`).toEqual(digests(python))
      }
    },
    60_000,
  )

  it(`counts bytes where Python counts characters: no file passes the limit (seed ${seed})`, async () => {
    const random = seededRandom(seed)
    const lines = Array.from({ length: 1_000 }, (_, index) => `${index} ${random.pick(['é', '語', '😀']).repeat(20)}`)
    const path = join(freshDirectory(), 'app.log')
    const { target } = openRotating(path, { maxBytes: 1_000, backupCount: 200 })
    for (const line of lines) {
      target.write(`${line}\n`, false)
      if (random.chance(0.05)) await turn()
    }
    await target.close()
    expect(linesOf(path)).toEqual(lines)
    const sizes = [...contentsOf(path).values()].map((text) => Buffer.byteLength(text))
    expect(Math.max(...sizes)).toBeLessThan(1_000)
  })

  it('gives a line longer than the limit a file of its own, and never rotates an empty file for it', async () => {
    const path = join(freshDirectory(), 'app.log')
    const { target } = openRotating(path, { maxBytes: 10, backupCount: 9 })
    const long = `${'x'.repeat(200_000)}\n`
    for (const line of [long, 'a\n', 'b\n', long, long, 'c\n']) target.write(line, false)
    await target.close()
    expect([...contentsOf(path).values()]).toEqual([long, 'a\nb\n', long, long, 'c\n'])
  })
})
