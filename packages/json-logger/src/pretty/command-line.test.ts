import { describe, expect, it } from 'vitest'
import { readOrder } from './command-line.ts'

describe('readOrder', () => {
  it('reads files, filters and style, and leaves what is not given undefined', () => {
    expect(readOrder(['--level', 'WARN', 'a.log', '--request=r-1', '--utc', '--since', '1s', 'b.log'], 5_000)).toEqual({
      does: 'print',
      files: ['a.log', 'b.log'],
      filter: { level: 'warn', request: 'r-1', logger: undefined, since: 4_000, until: undefined },
      colour: 'auto',
      isUtc: true,
      isDated: false,
    })
  })

  it('lets help and version win', () => {
    expect(readOrder(['-h', '--version'], 0)).toEqual({ does: 'help' })
    expect(readOrder(['--version', 'x'], 0)).toEqual({ does: 'version' })
  })

  it.each([
    [['--levle', 'warn'], /'--levle'/],
    [['--level'], /--level/],
    [['--level', 'loud'], /^--level must be one of trace, .*, got loud \(string\)$/],
    [['--level', 'silent'], /^--level must be one of/],
    [['--color', 'red'], /^--color must be one of always, never, auto, got red \(string\)$/],
    [['--request', ''], /^--request must be a string that is not empty/],
    [['--logger', ''], /^--logger must be a string that is not empty/],
    [['--until', 'noon'], /^--until must be a time/],
    [['--utc=yes'], /--utc/],
  ])('refuses %j', (words, message) => {
    expect(() => readOrder(words, 0)).toThrow(message)
  })
})
