import { describe, expect, it } from 'vitest'
import { copiesOf, errorOf, loadCopy } from './leaf-copies.ts'

type Parse = (option: string, value: unknown) => number

const NOT_A_DURATION = [
  '',
  '5',
  's',
  '5 s',
  ' 5s',
  '5s ',
  '-5s',
  '+5s',
  '.5s',
  '5.s',
  '1e3s',
  '5S',
  '5sec',
  '5s5m',
  '1w',
  '٣s',
  '5s\n',
]

const REFUSED: readonly (readonly [title: string, value: unknown, message: string])[] = [
  ...[-1, Number.NaN, -Infinity].map((value) => [String(value), value, outOfRange(value)] as const),
  ...NOT_A_DURATION.map((text) => [JSON.stringify(text), text, refusal(`${text} (string)`)] as const),
  ['undefined', undefined, refusal('undefined (undefined)')],
  ['null', null, refusal('null')],
  ['a boolean', true, refusal('true (boolean)')],
  ['a BigInt', 5n, refusal('5 (bigint)')],
  ['an array', ['5s'], refusal('an object')],
  ['a Date', new Date(0), refusal('an object')],
]

/** The same 25 lines are kept in each package on purpose, so that packages stay independent: this keeps them the same. */
describe.each(copiesOf('duration.ts'))('durationMs of %s', (_package, file) => {
  it.each<readonly [unknown, number]>([
    [0, 0],
    [1, 1],
    [1.5, 1.5],
    [-0, 0],
    [Infinity, Infinity],
    ['0s', 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['1.5s', 1_500],
    ['0.5h', 1_800_000],
  ])('reads %s as %d ms', async (value, expected) => {
    const durationMs = await loadCopy<Parse>(file, 'durationMs')
    expect(durationMs('ttl', value) + 0).toBe(expected)
  })

  it.each(REFUSED)('refuses %s and says why', async (_title, value, message) => {
    const durationMs = await loadCopy<Parse>(file, 'durationMs')
    expect(errorOf(() => durationMs('ttl', value))).toBe(message)
  })
})

it('durationMs is in every package that has durations', () => {
  expect(copiesOf('duration.ts').map(([name]) => name)).toEqual(expect.arrayContaining(['breaker', 'tiered-cache']))
})

function outOfRange(value: number): string {
  return `RangeError: ttl must be zero or more milliseconds, got ${value} (number)`
}

function refusal(shown: string): string {
  return `TypeError: ttl must be milliseconds or a string such as '30s', '5m', '1h' or '7d', got ${shown}`
}
