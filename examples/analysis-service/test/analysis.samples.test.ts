import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Acoustics } from '../src/analysis/acoustics.ts'
import { analyse } from '../src/analysis/analyse.ts'
import { readWav } from '../src/analysis/wav.ts'

const SAMPLES = join(import.meta.dirname, '..', 'samples')
const KEPT_BYTES = 150_000

interface Expected {
  readonly name: string
  readonly syllables: number
  readonly pauses: number
  readonly pitch: readonly [least: number, greatest: number]
  readonly isClipped: boolean
}

// Syllables as one counts them in the text that make-samples.mjs has spoken.
const EXPECTED: readonly Expected[] = [
  { name: 'calm', syllables: 11, pauses: 1, pitch: [80, 115], isClipped: false },
  { name: 'fast', syllables: 25, pauses: 0, pitch: [80, 115], isClipped: false },
  { name: 'pauses', syllables: 10, pauses: 2, pitch: [80, 115], isClipped: false },
  { name: 'high', syllables: 17, pauses: 1, pitch: [220, 270], isClipped: false },
  { name: 'clipped', syllables: 11, pauses: 0, pitch: [80, 115], isClipped: true },
]

describe('the sample recordings', () => {
  it.each(EXPECTED)('$name.wav sounds as it was made to', ({ name, syllables, pauses, pitch, isClipped }) => {
    const acoustics = ofSample(name)
    const speechMinutes = (acoustics.durationSeconds * (1 - acoustics.silenceRatio)) / 60
    expect(acoustics.pauses.length).toBe(pauses)
    expect(acoustics.pitch?.medianHz).toBeGreaterThan(pitch[0])
    expect(acoustics.pitch?.medianHz).toBeLessThan(pitch[1])
    expect(acoustics.pitch?.rangeSemitones).toBeGreaterThan(2)
    expect(acoustics.pitch?.rangeSemitones).toBeLessThan(12)
    expect(Math.abs((acoustics.syllablesPerMinute * speechMinutes) / syllables - 1)).toBeLessThan(0.12)
    expect(acoustics.isClipped).toBe(isClipped)
    expect(acoustics.loudnessDbfs).toBeGreaterThan(-26)
  })

  it('pauses.wav has the pauses that were asked for', () => {
    const [first, second] = ofSample('pauses').pauses
    expect(first?.seconds).toBeCloseTo(0.6, 1)
    expect(second?.seconds).toBeCloseTo(0.7, 1)
  })

  it.each(EXPECTED)('$name.wav is small enough to keep', ({ name }) => {
    expect(statSync(pathOf(name)).size).toBeLessThan(KEPT_BYTES)
  })
})

function ofSample(name: string): Acoustics {
  return analyse(readWav(readFileSync(pathOf(name))))
}

function pathOf(name: string): string {
  return join(SAMPLES, `${name}.wav`)
}
