import { testSeed } from '@org/testkit'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finiteNumbers } from '../../test/finite-numbers.ts'
import {
  inRow,
  mixed,
  noise,
  recordingOf,
  repeated,
  silence,
  type Sound,
  tone,
  vowel,
} from '../../test/synthetic-sound.ts'
import { wavBytes } from '../../test/wav-bytes.ts'
import type { Acoustics } from './acoustics.ts'
import { analyse } from './analyse.ts'
import { readWav } from './wav.ts'

const RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000]
const seed = testSeed()
const syllable = inRow(vowel(120, 0.14), silence(0.06))

describe('analyse', () => {
  describe.each(RATES)('at %i Hz', (rate) => {
    it.each([70, 100, 150, 220, 330, 480])('finds the pitch of a voice of %i Hz', (hertz) => {
      for (const sound of [tone(hertz, 1), vowel(hertz, 1), shifted(vowel(hertz, 1), 0.2)]) {
        const { pitch } = of(sound, rate)
        expect(within(pitch?.medianHz, hertz, 0.01)).toBe(true)
        expect(pitch?.rangeSemitones).toBeLessThan(0.3)
      }
    })

    it('measures loudness and peak', () => {
      const sine = of(tone(200, 1, 0.5), rate)
      expect(sine.loudnessDbfs).toBeCloseTo(20 * Math.log10(0.5 / Math.SQRT2), 1)
      expect(sine.peakDbfs).toBeCloseTo(-6.02, 1)
    })

    it('finds pauses where they are', () => {
      const { pauses, silenceRatio, durationSeconds } = of(speechWith(0.5, 0.2, 1.1), rate)
      expect(durationSeconds).toBeCloseTo(0.4 + 4 + 1.8 + 0.6, 3)
      expect(pauses.map(({ startSeconds }) => round(startSeconds))).toEqual([1.4, 4.1])
      expect(pauses.map(({ seconds }) => round(seconds))).toEqual([0.5, 1.1])
      expect(silenceRatio).toBeCloseTo((0.4 + 1.8 + 0.6) / durationSeconds, 1.5)
    })

    it('counts syllables', () => {
      expect(within(of(repeated(15, syllable), rate).syllablesPerMinute, 15 / (15 * 0.2 - 0.06), 0.02, 60)).toBe(true)
    })
  })

  it.each([0.1, 0.3, 0.5, 0.6, 1.2])('takes silences of %d s and more for pauses', (pauseSeconds) => {
    const silences = [0.2, 0.45, 0.55, 1.1]
    const { pauses } = analyse(recordingOf(speechWith(...silences)), { pauseSeconds })
    expect(pauses.length).toBe(silences.filter((seconds) => seconds >= pauseSeconds).length)
  })

  it('keeps a thousand of very many pauses, and counts all', () => {
    const rate = 8_000
    const once = inRow(vowel(150, 0.1), silence(0.12))(rate)
    const samples = new Float32Array(1_011 * once.length)
    for (let at = 0; at < samples.length; at += once.length) samples.set(once, at)
    const { pauses, pauseCount } = analyse(
      recordingOf(() => samples, rate),
      { pauseSeconds: 0.1 },
    )
    expect([pauses.length, pauseCount]).toEqual([1_000, 1_010])
  })

  it.each([0.001, 0.01, 0.03])('finds the same pauses with noise of %d in the room', (amplitude) => {
    const noisy = of(mixed(speechWith(0.5, 0.2, 1.1), noise(6.8, amplitude)))
    expect(noisy.pauses.map(({ seconds }) => Math.round(seconds * 10) / 10)).toEqual([0.5, 1.1])
    expect(within(noisy.pitch?.medianHz, 150, 0.02)).toBe(true)
  })

  it.each([0.005, 0.02, 0.9])('finds the same in a recording of amplitude %d', (amplitude) => {
    const { pauses } = of(inRow(vowel(150, 1, amplitude), silence(0.5), vowel(150, 1, amplitude)))
    expect(pauses.map(({ seconds }) => round(seconds))).toEqual([0.5])
  })

  it.each([
    ['silence', silence(2)],
    ['steady noise', noise(2, 0.3)],
    ['quiet noise', noise(2, 0.0005)],
    ['clicks', repeated(4, inRow(silence(0.5), tone(500, 0.01)))],
    ['a constant', shifted(silence(1), 0.5)],
    ['a single sample', () => Float32Array.of(0.5)],
    ['half a step', tone(200, 0.005)],
  ])('hears no speech in %s', (_, sound) => {
    expect(of(sound)).toMatchObject({ silenceRatio: 1, pauses: [], pauseCount: 0, pitch: undefined })
    expect(of(sound).syllablesPerMinute).toBe(0)
  })

  it('hears no voice in noise, of whatever seed', () => {
    for (let number = 0; number < 20; number++) {
      expect(of(noise(3, 0.3, seed + number)).pitch, `seed ${seed + number}`).toBeUndefined()
    }
  })

  it('finds pauses in a recording with a constant offset', () => {
    const { pauses } = of(shifted(speechWith(0.5), 0.3))
    expect(pauses.map(({ seconds }) => round(seconds))).toEqual([0.5])
  })

  it('does not take breath in a pause for speech', () => {
    const breath = inRow(silence(0.3), noise(0.3, 0.05), silence(0.3))
    expect(of(inRow(vowel(150, 1), breath, vowel(150, 1))).pauses).toMatchObject([{ startSeconds: 1, seconds: 0.9 }])
  })

  it('writes silence as -120 dBFS', () => {
    expect(of(silence(1))).toMatchObject({ loudnessDbfs: -120, peakDbfs: -120 })
  })

  it('tells how far a voice moves', () => {
    const { pitch } = of(inRow(vowel(100, 1), vowel(200, 1)))
    expect(pitch?.rangeSemitones).toBeCloseTo(12, 0)
  })

  it.each([
    [0, false],
    [0.0005, false],
    [0.01, true],
  ])('tells that %d of the samples are clipped', (part, isClipped) => {
    const samples = tone(200, 1, 0.9)(16_000)
    samples.fill(1, 0, part * samples.length)
    const acoustics = analyse(readWav(wavBytes([samples], 16_000, '16')))
    expect(acoustics).toMatchObject({ clippedRatio: part, isClipped })
  })

  it('draws curves of at most 600 points, evenly spread', () => {
    const { waveform, pitch } = of(inRow(vowel(150, 10, 0.2), silence(10), vowel(300, 10, 0.4))).curves
    expect([waveform.length, pitch.length]).toEqual([600, 600])
    expect([pitch[100], pitch[300], pitch[500]]).toEqual([expect.closeTo(150, 0), null, expect.closeTo(300, 0)])
    expect(waveform[300]).toBe(0)
    expect(waveform[500]).toBeCloseTo(2 * (waveform[100] as number), 1)
  })

  it.each([
    [0.05, RangeError, 'pauseSeconds must be a number of 0.1 to 10, got 0.05 (number)'],
    [Number.NaN, RangeError, 'pauseSeconds must be a number of 0.1 to 10, got NaN (number)'],
    ['1' as unknown as number, TypeError, 'pauseSeconds must be a number of 0.1 to 10, got a string'],
  ])('refuses pauseSeconds of %s', (pauseSeconds, kind, message) => {
    const call = (): Acoustics => analyse(recordingOf(silence(1)), { pauseSeconds })
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })

  it('gives finite figures for any samples at any rate, and keeps them as they are', () => {
    const sample = fc.oneof(fc.constantFrom(-1, 0, 1, 1e-30), fc.float({ min: -1, max: 1, noNaN: true }))
    const piece = fc.tuple(fc.array(sample, { minLength: 1, maxLength: 40 }), fc.nat(400))
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 8_000, max: 192_000 }),
        (pieces, rate) => {
          const samples = pieces.flatMap(([wave, times]) => Array.from({ length: times + 1 }, () => wave).flat())
          const recording = recordingOf(() => Float32Array.from(samples), rate)
          const acoustics = analyse(recording)
          expect(finiteNumbers(acoustics)).toBe(true)
          expect(acoustics.silenceRatio >= 0 && acoustics.silenceRatio <= 1).toBe(true)
          expect([...recording.samples]).toEqual([...Float32Array.from(samples)])
        },
      ),
      { numRuns: 60 },
    )
  })
})

function of(sound: Sound, rate = 16_000): Acoustics {
  return analyse(recordingOf(sound, rate))
}

/** 0.4 s of silence, vowels of a second with these silences between them, and 0.6 s of silence. */
function speechWith(...silences: readonly number[]): Sound {
  const speech = vowel(150, 1)
  return inRow(silence(0.4), speech, ...silences.flatMap((seconds) => [silence(seconds), speech]), silence(0.6))
}

function shifted(sound: Sound, offset: number): Sound {
  return (rate) => sound(rate).map((sample) => sample + offset)
}

function within(value = Number.NaN, expected: number, part: number, unit = 1): boolean {
  return Math.abs(value / unit / expected - 1) <= part
}

/** To a twentieth of a second: the analysis looks every 10 ms. */
function round(seconds: number): number {
  return Math.round(seconds * 20) / 20
}
