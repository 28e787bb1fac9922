import { describe, expect, it } from 'vitest'
import { byteCount } from './bytes.ts'

describe('byteCount', () => {
  it.each([
    [0, 0],
    [1.9, 1],
    [Infinity, Infinity],
    ['0b', 0],
    ['7b', 7],
    ['64kb', 65_536],
    ['1.5kb', 1536],
    ['0.3kb', 307],
    ['10mb', 10_485_760],
    ['2gb', 2_147_483_648],
  ])('reads %s as %s bytes', (value, bytes) => expect(byteCount('maxFileBytes', value, 0)).toBe(bytes))

  it.each([
    '',
    '7',
    'kb',
    '10MB',
    '-1kb',
    '1 kb',
    '1e3kb',
    '1kb ',
    ' 1kb',
    '1tb',
    '.5kb',
    true,
    null,
    undefined,
    {},
    7n,
  ])('refuses %s, which is no amount', (value) =>
    expect(() => byteCount('maxFileBytes', value, 0)).toThrow(/^maxFileBytes must be bytes or a string such as/),
  )

  it.each([-1, Number.NaN, -Infinity, 99, '99b'])('refuses %s where at least 100 bytes are needed', (value) => {
    expect(() => byteCount('maxLineBytes', value, 100)).toThrow(RangeError)
    expect(() => byteCount('maxLineBytes', value, 100)).toThrow(/^maxLineBytes must be at least 100 bytes, got /)
  })
})
