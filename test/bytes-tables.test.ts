import { describe, expect, it } from 'vitest'
import { copiesOf, errorOf, loadCopy } from './leaf-copies.ts'

type Parse = (option: string, value: unknown, least: number) => number

const NOT_BYTES = [
  '',
  '7',
  'kb',
  '10MB',
  '-1kb',
  '+1kb',
  '1 kb',
  '1e3kb',
  '1kb ',
  ' 1kb',
  '1tb',
  '.5kb',
  '5.kb',
  '٣kb',
  '1kb\n',
]

const REFUSED: readonly (readonly [title: string, value: unknown, shown: string])[] = [
  ...NOT_BYTES.map((text) => [JSON.stringify(text), text, `${text} (string)`] as const),
  ['undefined', undefined, 'undefined (undefined)'],
  ['null', null, 'null'],
  ['a boolean', true, 'true (boolean)'],
  ['a BigInt', 7n, '7 (bigint)'],
  ['an object', {}, 'an object'],
  ['an array', ['1kb'], 'an object'],
]

/** The same 25 lines are kept in each package that has bounds in bytes: this keeps them the same. */
describe.each(copiesOf('bytes.ts'))('byteCount of %s', (_package, file) => {
  it.each<readonly [unknown, number]>([
    [0, 0],
    [1.9, 1],
    [Infinity, Infinity],
    ['0b', 0],
    ['7b', 7],
    ['64kb', 65_536],
    ['1.5kb', 1_536],
    ['0.3kb', 307],
    ['10mb', 10_485_760],
    ['2gb', 2_147_483_648],
  ])('reads %s as %d bytes', async (value, expected) => {
    const byteCount = await loadCopy<Parse>(file, 'byteCount')
    expect(byteCount('maxBytes', value, 0)).toBe(expected)
  })

  it.each(REFUSED)('refuses %s and says why', async (_title, value, shown) => {
    const byteCount = await loadCopy<Parse>(file, 'byteCount')
    const message = `TypeError: maxBytes must be bytes or a string such as '64kb', '10mb' or '2gb', got ${shown}`
    expect(errorOf(() => byteCount('maxBytes', value, 0))).toBe(message)
  })

  it.each<readonly [unknown, string]>([
    [-1, '-1 (number)'],
    [Number.NaN, 'NaN (number)'],
    [-Infinity, '-Infinity (number)'],
    [99, '99 (number)'],
    ['99b', '99b (string)'],
  ])('refuses %s where at least 100 bytes are needed', async (value, shown) => {
    const byteCount = await loadCopy<Parse>(file, 'byteCount')
    const message = `RangeError: maxBytes must be at least 100 bytes, got ${shown}`
    expect(errorOf(() => byteCount('maxBytes', value, 100))).toBe(message)
  })
})

it('byteCount is in every package that has bounds in bytes', () => {
  expect(copiesOf('bytes.ts').map(([name]) => name)).toEqual(['tiered-cache', 'json-logger'])
})
