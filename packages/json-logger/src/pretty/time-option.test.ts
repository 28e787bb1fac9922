import { describe, expect, it } from 'vitest'
import { instantOf } from './time-option.ts'

const NOW = Date.parse('2026-11-22T14:30:45.000Z')

const read = (text: string, isUtc = false): number => instantOf('--since', text, NOW, isUtc)

describe('instantOf', () => {
  it.each([
    ['2026-11-22T14:30:00Z', '2026-11-22T14:30:00.000Z'],
    ['2026-11-22 14:30:05.25Z', '2026-11-22T14:30:05.250Z'],
    ['2026-11-22T14:30+02:00', '2026-11-22T12:30:00.000Z'],
    ['2026-11-22T14:30:00.123456-0130', '2026-11-22T16:00:00.123Z'],
    ['0001-02-03T04:05Z', '0001-02-03T04:05:00.000Z'],
    ['15m', '2026-11-22T14:15:45.000Z'],
    ['1.5h', '2026-11-22T13:00:45.000Z'],
    ['7d', '2026-11-15T14:30:45.000Z'],
  ])('reads %s', (text, iso) => {
    expect(new Date(read(text)).toISOString()).toBe(iso)
  })

  it('takes a time without a zone for local time, or for UTC where that is shown', () => {
    expect(read('2026-11-22 14:30')).toBe(new Date(2026, 10, 22, 14, 30).getTime())
    expect(read('2026-07-01')).toBe(new Date(2026, 6, 1).getTime())
    expect(read('2026-11-22 14:30', true)).toBe(Date.parse('2026-11-22T14:30:00Z'))
  })

  it.each(['', 'soon', '15', '15 m', '-15m', '2026-02-30', '2026-13-01', '2026-11-22 24:01', '2026-11-22 14', '14:30'])(
    'refuses %j',
    (text) => {
      expect(() => read(text)).toThrow(/^--since must be a time such as .* or a span such as '15m', got .*\(string\)$/)
    },
  )
})
