import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { UploadSpace } from './upload-space.ts'

const SMALLEST = 65_536
const LARGEST = 1_000_000

describe('UploadSpace', () => {
  it('counts what is announced, little as a little more, and what is not announced as the largest', () => {
    const fits = (announced: number): number => {
      const space = new UploadSpace(10 * LARGEST, LARGEST)
      let count = 0
      while (space.take(announced) !== undefined) count++
      return count
    }
    expect(fits(500_000)).toBe(20)
    expect(fits(0)).toBe(Math.floor((10 * LARGEST) / SMALLEST))
    expect(fits(NaN)).toBe(10)
    // A form around the largest recording.
    expect(fits(LARGEST + 500)).toBe(10)
  })

  it('takes an upload where the largest is tiny', () => {
    expect(new UploadSpace(1_024, 1_024).take(100)).toBeTypeOf('function')
  })

  const seed = testSeed()
  it(`never sets more aside than there is, nor refuses what fits (seed ${seed})`, () => {
    const random = seededRandom(seed)
    for (let run = 0; run < 50; run++) {
      const total = random.int(LARGEST, 5 * LARGEST)
      const space = new UploadSpace(total, LARGEST)
      const held: { bytes: number; giveBack: () => void }[] = []
      for (let step = 0; step < 200; step++) {
        if (held.length > 0 && random.chance(0.45)) {
          held.splice(random.int(0, held.length - 1), 1)[0]?.giveBack()
          continue
        }
        const announced = random.chance(0.2) ? NaN : random.int(0, LARGEST + 1_000)
        const bytes = Number.isNaN(announced) ? LARGEST : Math.min(LARGEST, Math.max(SMALLEST, announced))
        const used = held.reduce((sum, each) => sum + each.bytes, 0)
        const giveBack = space.take(announced)
        expect(giveBack !== undefined).toBe(used + bytes <= total)
        if (giveBack !== undefined) held.push({ bytes, giveBack })
      }
    }
  })
})
