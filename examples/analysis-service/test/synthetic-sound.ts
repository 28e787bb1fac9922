import { seededRandom } from '@org/testkit'
import type { Recording } from '../src/analysis/recording.ts'

/** Sounds whose figures are known, as samples from -1 to 1. */
export type Sound = (sampleRate: number) => Float32Array

export function tone(hertz: number, seconds: number, amplitude = 0.5): Sound {
  return made(seconds, (time) => amplitude * Math.sin(2 * Math.PI * hertz * time))
}

/** As a voice has it: many harmonics, falling off. */
export function vowel(hertz: number, seconds: number, amplitude = 0.5): Sound {
  return made(seconds, (time) => {
    let sum = 0
    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      sum += Math.sin(2 * Math.PI * hertz * harmonic * time + harmonic) / harmonic
    }
    return (amplitude * sum) / 2
  })
}

export function silence(seconds: number): Sound {
  return made(seconds, () => 0)
}

export function noise(seconds: number, amplitude: number, seed = 1): Sound {
  const random = seededRandom(seed)
  return made(seconds, () => amplitude * (2 * random.next() - 1))
}

export function inRow(...sounds: readonly Sound[]): Sound {
  return (sampleRate) => Float32Array.from(sounds.flatMap((sound) => [...sound(sampleRate)]))
}

export function repeated(times: number, sound: Sound): Sound {
  return inRow(...Array.from({ length: times }, () => sound))
}

export function mixed(one: Sound, other: Sound): Sound {
  return (sampleRate) => {
    const added = other(sampleRate)
    return one(sampleRate).map((sample, at) => sample + (added[at] ?? 0))
  }
}

/** Mono, as the reader of WAV files would hand it over. */
export function recordingOf(sound: Sound, sampleRate = 16_000): Recording {
  const samples = sound(sampleRate)
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  return { samples, sampleRate, channels: 1, peak, fullScaleRatio: 0 }
}

function made(seconds: number, at: (time: number) => number): Sound {
  return (sampleRate) => Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) => at(n / sampleRate))
}
