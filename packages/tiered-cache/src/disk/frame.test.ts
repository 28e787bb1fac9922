import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { bind, FRAME_BYTES, KIND, kindOf, kindWord, lengthOf, placeSeed, readFrame, writeFrame } from './frame.ts'

const random = seededRandom(testSeed())

describe('frame', () => {
  it('comes back where it was written', () => {
    for (const kind of [KIND.value, KIND.tombstone, KIND.end]) {
      const { buffer, seed } = frame(kind, kind === KIND.value ? 100 : 0)
      const word = readFrame(buffer, 0, seed)
      expect([kindOf(word), lengthOf(word)]).toEqual([kind, kind === KIND.value ? 100 : 0])
    }
  })

  it('keeps lengths of up to 512 MiB', () => {
    const word = kindWord(KIND.value, 2 ** 29 - 1)
    expect([kindOf(word), lengthOf(word)]).toEqual([KIND.value, 2 ** 29 - 1])
  })

  it(`does not pass with any change confined to a word, or with any bit flipped (seed ${random.seed})`, () => {
    const { buffer, seed } = frame(KIND.value, 64)
    for (let bit = 0; bit < FRAME_BYTES * 8; bit++) {
      const changed = Buffer.from(buffer)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(readFrame(changed, 0, seed)).toBe(0)
    }
    for (let round = 0; round < 20_000; round++) {
      const changed = Buffer.from(buffer)
      changed.writeUInt32LE(random.int(0, 2 ** 32 - 1), 4 * random.int(0, 3))
      if (changed.equals(buffer)) continue
      expect(readFrame(changed, 0, seed)).toBe(0)
    }
  })

  it('is nothing where all is zero or all is one', () => {
    for (const fill of [0, 255]) {
      for (let round = 0; round < 1_000; round++) {
        expect(readFrame(Buffer.alloc(FRAME_BYTES, fill), 0, random.int(0, 2 ** 32 - 1))).toBe(0)
      }
    }
  })

  it('is nothing at another offset of its segment, nor in another segment', () => {
    const { buffer } = frame(KIND.value, 64, placeSeed(1, 2, 1_000))
    for (let offset = 0; offset < 100_000; offset++) {
      if (offset !== 1_000) expect(readFrame(buffer, 0, placeSeed(1, 2, offset))).toBe(0)
    }
    for (let id = 3; id < 10_000; id++) expect(readFrame(buffer, 0, placeSeed(1, id, 1_000))).toBe(0)
  })

  it('binds its body to the place, and frees it', () => {
    const body = Buffer.from('0123456789')
    const buffer = Buffer.concat([Buffer.alloc(FRAME_BYTES), body])
    writeFrame(buffer, kindWord(KIND.value, body.length), 1, 2, 12_345)
    expect(buffer.subarray(FRAME_BYTES).equals(body)).toBe(false)
    bind(buffer, FRAME_BYTES, 54_321)
    expect(buffer.subarray(FRAME_BYTES).equals(body)).toBe(false)
    bind(buffer, FRAME_BYTES, 54_321)
    bind(buffer, FRAME_BYTES, 12_345)
    expect(buffer.subarray(FRAME_BYTES).equals(body)).toBe(true)
  })
})

function frame(kind: 1 | 2 | 3, length: number, seed = 0x1234_5678): { buffer: Buffer; seed: number } {
  const buffer = Buffer.alloc(FRAME_BYTES + length, 7)
  writeFrame(buffer, kindWord(kind, length), 0xfedc_ba98, 0x8765_4321, seed)
  return { buffer, seed }
}
