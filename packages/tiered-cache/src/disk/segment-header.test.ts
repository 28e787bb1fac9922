import { describe, expect, it } from 'vitest'
import { readSegmentHeader, SEGMENT_HEADER_BYTES, segmentHeader } from './segment-header.ts'

const facts = { seed: 0xffff_0001, sequence: 12, idHigh: 0x8000_0000, idLow: 7 }

describe('segmentHeader', () => {
  it('comes back as it was written', () => {
    expect(readSegmentHeader(segmentHeader(facts))).toEqual(facts)
  })

  it('is nothing with any bit flipped, or cut off anywhere', () => {
    const bytes = segmentHeader(facts)
    for (let bit = 0; bit < SEGMENT_HEADER_BYTES * 8; bit++) {
      const changed = Buffer.from(bytes)
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(readSegmentHeader(changed)).toBeUndefined()
    }
    for (let length = 0; length < SEGMENT_HEADER_BYTES; length++) {
      expect(readSegmentHeader(bytes.subarray(0, length))).toBeUndefined()
    }
  })

  it('is nothing in zeros', () => {
    expect(readSegmentHeader(Buffer.alloc(SEGMENT_HEADER_BYTES))).toBeUndefined()
  })
})
