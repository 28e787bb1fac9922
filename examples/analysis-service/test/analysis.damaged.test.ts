import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Random, seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { analyse } from '../src/analysis/analyse.ts'
import { UnreadableAudioError } from '../src/analysis/unreadable-audio-error.ts'
import { readWav } from '../src/analysis/wav.ts'
import { finiteNumbers } from './finite-numbers.ts'
import { chunk } from './wav-bytes.ts'

const SAMPLES = join(import.meta.dirname, '..', 'samples')
const HEADER_BYTES = 44
const ODD_NUMBERS = [
  0, 1, 2, 3, 7, 8, 16, 24, 32, 64, 0xff, 0x7fff, 0xfffe, 0xffff, 8000, 48_000, 0x7fff_f000, 0xffff_ffff,
]
const ROUNDS = 300
const seed = testSeed()

type Damage = (bytes: Buffer, random: Random) => Buffer

const DAMAGES: Readonly<Record<string, Damage>> = {
  'bytes changed': (bytes, random) => changed(bytes, random, bytes.length, 20),
  'bytes of the header changed': (bytes, random) => changed(bytes, random, HEADER_BYTES, 2),
  'numbers of the header set': (bytes, random) => {
    for (let left = random.int(1, 4); left > 0; left--) setNumber(bytes, random)
    return bytes
  },
  'the end cut off, some of them streamed': (bytes, random) => {
    if (random.chance(0.5)) bytes.writeUInt32LE(0xffff_ffff, HEADER_BYTES - 4)
    return bytes.subarray(0, random.int(0, random.pick([60, bytes.length])))
  },
  'a piece taken out': (bytes, random) => {
    const from = random.int(0, random.pick([60, bytes.length]))
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(random.int(from, bytes.length))])
  },
  'chunks put in': (bytes, random) => {
    const id = random.pick(['LIST', 'cue ', 'smpl', 'fact', 'data', 'fmt ', 'ds64', 'bext'])
    const content = Buffer.alloc(random.int(0, 50), random.int(0, 255))
    const put = chunk(id, content, random.pick([content.length, ...ODD_NUMBERS]))
    const at = random.pick([12, 36])
    return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)])
  },
}

describe(`a damaged recording (TEST_SEED=${seed})`, () => {
  const originals = readdirSync(SAMPLES)
    .filter((name) => name.endsWith('.wav'))
    .map((name) => readFileSync(join(SAMPLES, name)).subarray(0, 20_000))

  it.each(Object.keys(DAMAGES))('with %s is analysed with finite figures, or refused as unreadable', (name) => {
    const random = seededRandom(seed)
    const counts = { analysed: 0, refused: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = DAMAGES[name]?.(Buffer.from(shortened(random.pick(originals))), random) as Buffer
      counts[outcomeOf(bytes, `round ${round}`)]++
    }
    expect(counts.analysed + counts.refused).toBe(ROUNDS)
    // Else the damage would be too small, or too great, to show anything.
    expect(Math.min(counts.analysed, counts.refused)).toBeGreaterThan(name === 'bytes changed' ? -1 : 0)
  })

  it('of random bytes is refused', () => {
    const random = seededRandom(seed)
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = Buffer.from(Array.from({ length: random.int(0, 300) }, () => random.int(0, 255)))
      expect(outcomeOf(bytes, `round ${round}`)).toBe('refused')
    }
  })
})

function outcomeOf(bytes: Uint8Array, round: string): 'analysed' | 'refused' {
  try {
    const acoustics = analyse(readWav(bytes))
    expect(finiteNumbers(acoustics), round).toBe(true)
    expect(JSON.parse(JSON.stringify(acoustics)), round).toEqual(acoustics)
    return 'analysed'
  } catch (error) {
    if (error instanceof UnreadableAudioError) return 'refused'
    throw new Error(round, { cause: error })
  }
}

/** A recording whose header agrees with its length again. */
function shortened(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.writeUInt32LE(bytes.length - HEADER_BYTES, 40)
  return bytes
}

function changed(bytes: Buffer, random: Random, end: number, most: number): Buffer {
  for (let left = random.int(1, most); left > 0; left--) bytes[random.int(0, end - 1)] = random.int(0, 255)
  return bytes
}

function setNumber(bytes: Buffer, random: Random): void {
  const value = random.pick(ODD_NUMBERS)
  if (random.chance(0.5)) bytes.writeUInt16LE(value & 0xffff, random.pick([20, 22, 32, 34]))
  else bytes.writeUInt32LE(value, random.pick([4, 16, 24, 28, 40]))
}
