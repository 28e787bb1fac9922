import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { BATCH_BYTES, LineBuffer } from './line-buffer.ts'

const seed = testSeed()

describe('LineBuffer', () => {
  it(`holds what an array of lines would hold, whatever happens (seed ${seed})`, () => {
    const random = seededRandom(seed)
    for (let run = 0; run < 60; run++) checkRun(random)
  })

  it('refuses what would pass its bound, to the byte, and takes it once there is room', () => {
    const buffer = new LineBuffer(BATCH_BYTES + 100)
    expect(buffer.append(`${'x'.repeat(BATCH_BYTES - 1)}\n`)).toBe(BATCH_BYTES)
    expect(buffer.append(`${'é'.repeat(50)}\n`)).toBe(0)
    expect(buffer.append(`${'é'.repeat(49)}y\n`)).toBe(100)
    expect(buffer.append('\n')).toBe(0)
    expect(buffer.consume(BATCH_BYTES)).toBe(1)
    expect(buffer.append('\n')).toBe(1)
  })

  it('takes a line that is longer than its bound when it is alone', () => {
    const buffer = new LineBuffer(1)
    const line = `${'x'.repeat(1_000_000)}\n`
    expect(buffer.append(line)).toBe(1_000_001)
    expect(buffer.append('y\n')).toBe(0)
    expect(buffer.bytes.toString()).toBe(line)
  })

  it('writes half of a surrogate pair as the replacement character', () => {
    const buffer = new LineBuffer(1)
    expect(buffer.append('a\ud800b\n')).toBe(6)
    expect(buffer.bytes.toString()).toBe('a\ufffdb\n')
  })
})

/** A buffer beside an array of lines, and how much of the first is gone. */
function checkRun(random: Random): void {
  const bound = random.pick([1, BATCH_BYTES, 100_000, 200_000, 1_000_000])
  const buffer = new LineBuffer(bound)
  let model = Buffer.alloc(0)
  for (let step = 0; step < 300; step++) {
    if (random.chance(0.9)) {
      const line = randomLine(random)
      const bytes = Buffer.from(line)
      const isTaken = model.length === 0 || model.length + bytes.length <= Math.max(bound, BATCH_BYTES)
      expect(buffer.append(line)).toBe(isTaken ? bytes.length : 0)
      if (isTaken) model = Buffer.concat([model, bytes])
    } else {
      const bytes = random.chance(0.3) ? model.length : random.int(0, model.length)
      expect(buffer.consume(bytes)).toBe(countLines(model.subarray(0, bytes)))
      model = model.subarray(bytes)
    }
    expect(buffer.byteLength).toBe(model.length)
    expect(buffer.lines).toBe(countLines(model))
    checkHead(random, buffer, model)
  }
  expect(buffer.bytes.equals(model)).toBe(true)
}

function checkHead(random: Random, buffer: LineBuffer, model: Buffer): void {
  const limit = random.int(-10, model.length + 10)
  const whole = model.subarray(0, Math.max(0, limit)).lastIndexOf('\n') + 1
  expect(buffer.wholeLines(limit)).toBe(limit >= model.length ? model.length : whole)
  expect(buffer.firstLine()).toBe(model.indexOf('\n') + 1)
  const length = random.int(0, Math.min(2_000, model.length + 10))
  expect(buffer.head(length).equals(model.subarray(0, length))).toBe(true)
}

function randomLine(random: Random): string {
  const unit = random.pick(['x', 'é', '語', '😀', 'a\ud800'])
  const length = random.chance(0.02) ? random.int(10_000, 150_000) : random.int(0, 2_000)
  return `${unit.repeat(length / unit.length)}\n`
}

function countLines(bytes: Buffer): number {
  return bytes.toString('latin1').split('\n').length - 1
}
