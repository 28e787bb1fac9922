import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inRow, mixed, noise, vowel } from './synthetic-sound.ts'
import { wavBytes } from './wav-bytes.ts'

/** A short recording that nobody has ever sent: no cache, not even a shared Redis, has its analysis. */
export function newRecording(): Uint8Array<ArrayBuffer> {
  const sound = mixed(inRow(vowel(120, 0.3), vowel(180, 0.3)), noise(0.6, 0.01, randomInt(2 ** 31)))
  return Uint8Array.from(wavBytes([sound(16_000)], 16_000, '16'))
}

/** One of the sample recordings of speech. */
export function sample(name: 'calm' | 'pauses'): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(readFileSync(new URL(`../samples/${name}.wav`, import.meta.url)))
}
