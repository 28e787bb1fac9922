import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How long the recordings are: what an upload costs grows with it, what a look-up costs hardly does. */
export type Length = 'short' | 'long'
export const LENGTHS: readonly Length[] = ['short', 'long']

/** Uploads by length, each recording another one. */
export type Recordings = Readonly<Record<Length, readonly Buffer[]>>

const SECONDS: Readonly<Record<Length, number>> = { short: 1, long: 20 }

const SAMPLES = join(import.meta.dirname, '..', 'samples')
// The samples are mono, 16 bits, 16 kHz, and have nothing but the plain header before the data.
const HEADER_BYTES = 44
const BYTES_PER_SECOND = 32_000

/** So many recordings of each length, cut out of the samples at different places: the same in every run. */
export function makeRecordings(counts: Readonly<Record<Length, number>>): Recordings {
  const names = readdirSync(SAMPLES).filter((name) => name.endsWith('.wav'))
  const files = names.toSorted().map((name) => readFileSync(join(SAMPLES, name)))
  const header = (files[0] as Buffer).subarray(0, HEADER_BYTES)
  const speech = Buffer.concat(files.map((file) => file.subarray(HEADER_BYTES)))
  const make = (length: Length): readonly Buffer[] =>
    Array.from({ length: counts[length] }, (_, index) => {
      // An even distance that no count of recordings brings back to where another one began.
      const data = cutOut(speech, index * 6_002, SECONDS[length] * BYTES_PER_SECOND)
      return Buffer.concat([headerFor(header, data.length), data])
    })
  return { short: make('short'), long: make('long') }
}

/** `bytes` of `speech` from a place on, which begins anew where it ends. */
function cutOut(speech: Buffer, from: number, bytes: number): Buffer {
  const begin = from % speech.length
  const times = Math.ceil((begin + bytes) / speech.length)
  return Buffer.concat(Array.from({ length: times }, () => speech)).subarray(begin, begin + bytes)
}

function headerFor(sample: Buffer, dataBytes: number): Buffer {
  const header = Buffer.from(sample)
  header.writeUInt32LE(HEADER_BYTES - 8 + dataBytes, 4)
  header.writeUInt32LE(dataBytes, HEADER_BYTES - 4)
  return header
}
