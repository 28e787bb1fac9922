import { describe, expect, it } from 'vitest'
import { isAfter, isStreamId } from './stream-id.ts'

describe('stream ids', () => {
  it.each([
    ['2-0', '1-9', true],
    ['1-10', '1-9', true],
    ['10-0', '9-99', true],
    ['18446744073709551615-1', '18446744073709551615-0', true],
    ['18446744073709551614-5', '18446744073709551615-0', false],
    ['1-1', '1-1', false],
    ['1-1', '1-2', false],
    ['9-0', '10-0', false],
  ])('says whether %s is after %s: %s', (id, other, expected) => {
    expect(isAfter(id, other)).toBe(expected)
  })

  it.each([undefined, '', '0-0', '1', '1-', '-1', '1-1-1', 'a-b', '1-1 ', '1'.repeat(21) + '-0'])(
    'takes %j for none',
    (text) => {
      expect(isStreamId(text)).toBe(false)
    },
  )
})
