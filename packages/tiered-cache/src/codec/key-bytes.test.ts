import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { isKey } from './key-bytes.ts'

const ALPHABET = ['a', 'b', '\x7f', '\x80', 'é', '\ufffd', '€', '😀', '\0']

describe('isKey', () => {
  it('tells the same as a comparison of strings, in both encodings', () => {
    const random = seededRandom(testSeed())
    const text = (): string => Array.from({ length: random.int(0, 4) }, () => random.pick(ALPHABET)).join('')
    for (let round = 0; round < 20_000; round++) {
      const [key, other] = [text(), text()]
      for (const encoding of ['utf8', 'utf16le'] as const) {
        const bytes = Buffer.from(`##${other}#`, encoding)
        const [at, end] = encoding === 'utf8' ? [2, bytes.length - 1] : [4, bytes.length - 2]
        expect(isKey(key, bytes, at, end, encoding === 'utf16le')).toBe(key === other)
        expect(isKey(other, bytes, at, end, encoding === 'utf16le')).toBe(true)
      }
    }
  })

  it('takes bytes that are no UTF-8 for no key', () => {
    expect(isKey('é', Buffer.of(0xe9), 0, 1, false)).toBe(false)
    expect(isKey('\ufffd', Buffer.of(0xff), 0, 1, false)).toBe(false)
  })
})
