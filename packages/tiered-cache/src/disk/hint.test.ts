import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { FRAME_BYTES, KIND, kindWord } from './frame.ts'
import { FrameList } from './frame-list.ts'
import { decodeHint, encodeHint, hintBytes } from './hint.ts'
import { SEGMENT_HEADER_BYTES } from './segment-header.ts'

const random = seededRandom(testSeed())
const ID = [0xdead_beef, 42] as const

describe('hint', () => {
  it.each([0, 1, 63, 64, 65, 10_000])('keeps %d frames in their order', async (count) => {
    const bytes = await encodeHint({
      idHigh: ID[0],
      idLow: ID[1],
      length: 999,
      latestExpiry: 1e12,
      frames: list(count),
    })
    expect(bytes.length).toBe(hintBytes(count))
    const hint = await decodeHint(bytes, ...ID)
    expect(hint).toMatchObject({ length: 999, latestExpiry: 1e12 })
    expect([...(hint?.frames.words ?? [])]).toEqual([...list(count).words])
  })

  it(`is nothing with any byte changed, cut off, or of another segment (seed ${random.seed})`, async () => {
    const bytes = await encodeHint({ idHigh: ID[0], idLow: ID[1], length: 9, latestExpiry: Infinity, frames: list(5) })
    expect(await decodeHint(copyOf(bytes), ...ID)).toBeDefined()
    for (let at = 0; at < bytes.length; at++) {
      const changed = copyOf(bytes)
      changed[at] = (changed[at] as number) ^ random.int(1, 255)
      expect(await decodeHint(changed, ...ID)).toBeUndefined()
      expect(await decodeHint(copyOf(bytes.subarray(0, at)), ...ID)).toBeUndefined()
    }
    expect(await decodeHint(copyOf(bytes), ID[0], 43)).toBeUndefined()
    expect(await decodeHint(Buffer.alloc(4_096), ...ID)).toBeUndefined()
  })
})

function list(count: number): FrameList {
  const frames = new FrameList()
  let offset = SEGMENT_HEADER_BYTES
  for (let index = 0; index < count; index++) {
    frames.add(index * 7, 2 ** 32 - 1 - index, offset, kindWord(KIND.value, index + 4))
    offset += FRAME_BYTES + index + 4
  }
  return frames
}

/** With memory of its own, as a file is read. */
function copyOf(bytes: Buffer): Buffer {
  return Buffer.from(new Uint8Array(bytes).buffer)
}
