import { describe, expect, it } from 'vitest'
import { HEADER_BYTES, holdsValue, isOfEpoch, recordId, writeEpoch, writeHeader } from './lease-header.ts'

const record = (staleAt: number, id = 'AbC-_012345'): Buffer => {
  const bytes = Buffer.alloc(HEADER_BYTES + 7, 0xff)
  writeHeader(bytes, staleAt, id)
  writeEpoch(bytes, Buffer.from('epoch-_01234'))
  return bytes
}

describe('lease header', () => {
  it('is 75 characters of ASCII with every field at its place', () => {
    const text = record(1_700_000_000_123).toString('latin1')
    expect([
      text.slice(0, 3),
      text.slice(3, 4),
      text.slice(4, 26),
      text.slice(26, 39),
      text.slice(39, 52),
      text.slice(52, 63),
      text.slice(63, 75),
      text.slice(75),
    ]).toStrictEqual([
      'tc1',
      'V',
      '0'.repeat(22),
      '0'.repeat(13),
      '1700000000123',
      'AbC-_012345',
      'epoch-_01234',
      '\xff'.repeat(7),
    ])
  })

  it.each([
    [0, '0000000000000'],
    [-5, '0000000000000'],
    [12.75, '0000000000012'],
    [1e13, '9999999999999'],
    [Infinity, '9999999999999'],
  ])('writes the instant %d in 13 digits', (instant, digits) => {
    expect(record(instant).toString('latin1', 39, 52)).toBe(digits)
  })

  it('tells a record with a value from what is empty, foreign, of another version, or cut', () => {
    const whole = record(1)
    const changed = (at: number, text: string): Buffer => {
      const copy = Buffer.from(whole)
      copy.write(text, at, 'latin1')
      return copy
    }
    expect(holdsValue(whole)).toBe(true)
    expect(holdsValue(changed(3, 'E'))).toBe(false)
    expect(holdsValue(changed(2, '2'))).toBe(false)
    expect(holdsValue(Buffer.from('{"json":"of somebody else, as long as a header and longer than that"}'))).toBe(false)
    expect(holdsValue(whole.subarray(0, HEADER_BYTES - 1))).toBe(false)
    expect(holdsValue(Buffer.alloc(0))).toBe(false)
  })

  it.each([0, 3, 4, 7, 8, 11])('tells another epoch by its character %d', (at) => {
    const other = Buffer.from('epoch-_01234')
    expect(isOfEpoch(record(1), other)).toBe(true)
    other.write('~', at)
    expect(isOfEpoch(record(1), other)).toBe(false)
  })

  it('gives back the id', () => {
    expect(recordId(record(1))).toBe('AbC-_012345')
  })
})
