import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { LineSplitter } from './line-splitter.ts'

const seed = testSeed()

function split(chunks: readonly Buffer[], maxBytes = 1_000): [string, number][] {
  const lines: [string, number][] = []
  const splitter = new LineSplitter(maxBytes, (line, cutBytes) => void lines.push([line, cutBytes]))
  for (const chunk of chunks) {
    splitter.push(chunk)
    chunk.fill(0x58)
  }
  splitter.end()
  return lines
}

describe('LineSplitter', () => {
  it(`finds the same lines wherever the bytes are cut into chunks, valid UTF-8 or not (seed ${seed})`, () => {
    const random = seededRandom(seed)
    for (let run = 0; run < 3_000; run++) {
      const pieces = Array.from({ length: random.int(0, 12) }, () =>
        random.pick(['a', '\n', '\n\n', 'é', '😀\n', '\r\n', '\xff', '\xe2\x82', '\xf0\x9f\n', 'x'.repeat(40)]),
      )
      const encodings = pieces.map((piece) =>
        /^[\x80-\xff]{1,2}\n?$/.test(piece) && piece !== 'é' ? 'latin1' : 'utf8',
      )
      const bytes = Buffer.concat(pieces.map((piece, at) => Buffer.from(piece, encodings[at] as BufferEncoding)))
      const expected = bytes.toString().split('\n')
      if (expected.at(-1) === '') expected.pop()
      const found = split(cut(bytes, () => random.int(1, 9)))
      // Between LFs nothing is lost; a chunk that ends in an LF leaves no empty line behind.
      expect(found.map(([line]) => line)).toEqual(expected)
      expect(found.every(([, cutBytes]) => cutBytes === 0)).toBe(true)
    }
  })

  it('keeps no more than its bytes of a line and counts the others', () => {
    const long = Buffer.from(`${'y'.repeat(2_500)}\nnext\n${'z'.repeat(1_001)}`)
    const expected = [
      ['y'.repeat(1_000), 1_500],
      ['next', 0],
      ['z'.repeat(1_000), 1],
    ]
    expect(split(cut(long, () => 100))).toEqual(expected)
  })

  it('gives a last line without an LF, and nothing for nothing', () => {
    expect(split([Buffer.from('a\nb')])).toEqual([
      ['a', 0],
      ['b', 0],
    ])
    expect(split([])).toEqual([])
    expect(split([Buffer.alloc(0)])).toEqual([])
  })
})

function cut(bytes: Buffer, length: () => number): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + length()
    chunks.push(Buffer.from(bytes.subarray(at, end)))
    at = end
  }
  return chunks
}
