import { describe, expect, it } from 'vitest'
import { decodeText, structuredCodec } from './structured.ts'

const table = (...rows: unknown[]): string => `T${JSON.stringify(rows)}`

describe('StructuredCodec, reading what it did not write', () => {
  it.each<[string, string]>([
    ['no text', ''],
    ['another mode', 'X{}'],
    ['a mode of small case', 'j{}'],
    ['plain JSON that is cut', 'J{"a":'],
    ['no table', 'T{}'],
    ['an empty table', 'T[]'],
    ['a row that is no array', table([0], 'o')],
    ['a row without a tag', table([0], [])],
    ['an unknown tag', table([0], ['x'])],
    ['a tag of a prototype', table([0], ['constructor'])],
    ['a reference to no row', table([1], ['o'])],
    ['a reference below the specials', table([-6])],
    ['a reference that is no whole number', table([0.5], ['o'])],
    ['a reference of two', table([0, 0], ['o'])],
    ['an object as a word', table({})],
    ['a name without a value', table([0], ['o', 'a'])],
    ['a name that is no string', table([0], ['o', 1, 2])],
    ['a key without a value', table([0], ['m', 1])],
    ['a BigInt that is no number', table(['zz'])],
    ['a BigInt of nothing', table([''])],
    ['a date of text', table([0], ['d', '2020'])],
    ['a date out of range', table([0], ['d', 9e15])],
    ['a regular expression that does not parse', table([0], ['r', '(', '', 0])],
    ['a regular expression with unknown flags', table([0], ['r', 'a', 'zz', 0])],
    ['a regular expression of parts that are no text', table([0], ['r', {}, '', 0])],
    ['bytes that are no base64', table([0], ['b', '????'])],
    ['bytes that are no text', table([0], ['b', 4e9])],
    ['a view of an unknown class', table([0], ['t', 'Function', 'AAAA'])],
    ['a view whose bytes do not fit', table([0], ['t', 'Float64Array', 'AAAA'])],
    ['a sparse array of negative length', table([0], ['h', -1])],
    ['a sparse array that claims 4 billion elements', table([0], ['h', 2 ** 32 - 1])],
    ['a sparse array with an index past its length', table([0], ['h', 2, 2, 'x'])],
    ['a sparse array with a name', table([0], ['h', 2, 'length', 'x'])],
  ])('throws an Error for %s', (_, text) => {
    expect(() => decodeText(text)).toThrow(Error)
  })

  it('throws an Error for bytes that are not UTF-8', () => {
    expect(() => structuredCodec.decode(Buffer.from([0x4a, 0x22, 0xff, 0x22]))).toThrow('not UTF-8')
  })

  it('reaches no prototype', () => {
    const read = decodeText(table([0], ['o', '__proto__', [1], 'constructor', 1], ['o', 'polluted', true])) as object
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(Object.keys(read)).toStrictEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(decodeText('J{"__proto__":{"polluted":true}}'))).toBe(Object.prototype)
  })

  it('takes no memory for lengths that are only claimed', () => {
    const rows = Array.from({ length: 20_000 }, () => ['h', 2 ** 24])
    const before = process.memoryUsage().rss
    const read = decodeText(table([0], ...rows))
    expect(read).toHaveLength(2 ** 24)
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6)
  })

  it('reads text that is nested without end, or throws an Error', () => {
    const nested = '['.repeat(1_000_000)
    expect(() => decodeText(`T${nested}`)).toThrow(Error)
    expect(() => decodeText(`T${nested}${']'.repeat(1_000_000)}`)).toThrow(Error)
  })
})
