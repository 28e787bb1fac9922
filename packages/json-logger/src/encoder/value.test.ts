import vm from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../redact.ts'
import { encodeValue } from './value.ts'

const redactor = createRedactor(undefined)

function shown(value: unknown, room = 65_536): unknown {
  return JSON.parse(encodeValue(value, redactor, undefined, room))
}

class Point {
  x = 1
}
class Empty {
  readonly #inner = 1

  get inner(): number {
    return this.#inner
  }
}
function namedFunction(): void {}

describe('encodeValue', () => {
  it.each<[string, unknown, unknown]>([
    ['a string', 'a\nb', 'a\nb'],
    ['numbers', [1, -0, 1.5, 1e21], [1, 0, 1.5, 1e21]],
    ['numbers without JSON', [Number.NaN, Infinity, -Infinity], ['NaN', 'Infinity', '-Infinity']],
    ['bigints', [2n ** 64n], ['18446744073709551616']],
    ['nothing', [undefined, null], ['[undefined]', null]],
    ['symbols', [Symbol('x'), Symbol.iterator], ['Symbol(x)', 'Symbol(Symbol.iterator)']],
    ['functions', [namedFunction, () => 1], ['[Function: namedFunction]', '[Function: (anonymous)]']],
    ['classes', [Point], ['[class Point]']],
    ['dates', [new Date(0), new Date(Number.NaN)], ['1970-01-01T00:00:00.000Z', 'Invalid Date']],
    ['regular expressions', /a\/b/gi, String.raw`/a\/b/gi`],
    ['a Map with names', new Map([['a', 1]]), { a: 1 }],
    [
      'a Map of anything',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ k: 1 }, 2],
      ]),
      [
        ['a', 1],
        [{ k: 1 }, 2],
      ],
    ],
    ['an empty Map', new Map(), {}],
    ['a Set', new Set([1, 'a']), [1, 'a']],
    [
      'Headers',
      new Headers([
        ['A', 'b'],
        ['set-cookie', 'c'],
      ]),
      { a: 'b', 'set-cookie': '[redacted]' },
    ],
    ['URLSearchParams', new URLSearchParams('a=1&a=2&b=3&token=x'), { a: ['1', '2'], b: '3', token: '[redacted]' }],
    [
      'boxed values',
      [Object('s'), Object(1), Object(true), Object(1n), Object(Symbol('b'))],
      ['s', 1, true, '1', 'Symbol(b)'],
    ],
    ['a Buffer', Buffer.alloc(20, 255), { type: 'Buffer', length: 20, head: 'ff'.repeat(16) }],
    ['bytes', new Uint8Array([1, 2]), { type: 'Uint8Array', length: 2, head: '0102' }],
    ['an ArrayBuffer', new ArrayBuffer(2), { type: 'ArrayBuffer', length: 2, head: '0000' }],
    ['a DataView', new DataView(new ArrayBuffer(4), 1, 2), { type: 'DataView', length: 2, head: '0000' }],
    [
      'numbers in a row',
      new Float32Array(10).fill(0.5),
      { type: 'Float32Array', length: 10, head: Array(8).fill(0.5) },
    ],
    ['toJSON', { toJSON: () => ({ a: 1n }) }, { a: '1' }],
    [
      'toJSON that gives itself',
      {
        a: 1,
        toJSON(): unknown {
          return this
        },
      },
      { a: 1, toJSON: '[Function: toJSON]' },
    ],
    ['a class instance', new Point(), { x: 1 }],
    [
      'an instance without members',
      [new Empty(), Promise.resolve(), new WeakMap()],
      ['[Empty]', '[Promise]', '[WeakMap]'],
    ],
    ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ['empty ones', [{}, []], [{}, []]],
    ['an array with a hole', Array(1), ['[undefined]']],
    [
      'values of another realm',
      vm.runInNewContext('({ m: new Map([["a", {}]]), d: new Date(0) })'),
      { m: { a: {} }, d: '1970-01-01T00:00:00.000Z' },
    ],
    ['symbol keys: not at all', { [Symbol('a')]: 1, b: 2 }, { b: 2 }],
  ])('shows %s', (_what, value, expected) => {
    expect(shown(value)).toEqual(expected)
  })

  it('says why a member cannot be read', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const value = {
      get bad(): never {
        throw new TypeError('boom')
      },
      json: {
        toJSON: (): never => {
          throw 'text' as unknown as Error
        },
      },
      proxy,
      ok: 1,
    }
    expect(shown(value)).toEqual({
      bad: '[threw TypeError: boom]',
      json: '[threw text]',
      proxy: expect.stringMatching(/^\[threw TypeError: /) as string,
      ok: 1,
    })
    expect(shown(proxy)).toMatch(/^\[threw TypeError: /)
  })

  it('marks circles, but not the same object twice', () => {
    const one = { a: 1 }
    const value: Record<string, unknown> = { one, two: one }
    value['self'] = value
    value['list'] = [[value]]
    expect(shown(value)).toEqual({ one, two: one, self: '[Circular]', list: [['[Circular]']] })
  })

  it('marks what lies too deep, and what is too wide', () => {
    let deep: unknown = [1, 2, 3]
    for (let level = 0; level < 8; level++) deep = { deep }
    expect(JSON.stringify(shown(deep))).toContain('"[Array(3): too deep]"')
    expect(shown(Array(105).fill(0))).toEqual([...(Array(100).fill(0) as number[]), '[5 more]'])
    const wide = Object.fromEntries(Array.from({ length: 103 }, (_each, at) => [`k${at}`, at]))
    expect(Object.entries(shown({ '...': 0, ...wide }) as object).at(-1)).toEqual(['..._2', '[4 more]'])
    expect((shown(new Set(Array.from({ length: 102 }, (_each, at) => at))) as unknown[]).at(-1)).toBe('[2 more]')
    expect(Object.entries(shown(new Map(Object.entries(wide))) as object).at(-1)).toEqual(['...', '[3 more]'])
  })

  it('cuts strings to the room, counts what is missing, and leaves room for what follows', () => {
    expect(shown('x'.repeat(1000), 100)).toBe(`${'x'.repeat(100)}... [900 more characters]`)
    expect(shown('\u0000'.repeat(1000), 600)).toMatch(/^\P{L}{50,100}\.\.\. \[9\d\d more characters\]$/u)
    expect(shown(`${'x'.repeat(99)}😀${'x'.repeat(100)}`, 100)).toBe(`${'x'.repeat(99)}... [102 more characters]`)
    expect(shown({ body: 'x'.repeat(100_000), status: 500 }, 1000)).toMatchObject({ status: 500 })
  })

  it('keeps keys apart that are scrubbed or cut to the same', () => {
    const patterns = createRedactor({ patterns: [/secret\d/] })
    const json = encodeValue({ '[redacted]': 0, secret1: 1, secret2: 2 }, patterns, undefined, 1000)
    expect(JSON.parse(json)).toEqual({ '[redacted]': 0, '[redacted]_2': 1, '[redacted]_3': 2 })
    const long = 'k'.repeat(300)
    expect(Object.values(shown({ [`${long}1`]: 1, [`${long}2`]: 2 }) as object)).toEqual([1, 2])
  })

  it('takes __proto__ for a key like any other', () => {
    const value: unknown = JSON.parse('{"__proto__":{"a":1},"b":2}')
    expect(encodeValue(value, redactor, undefined, 1000)).toBe('{"__proto__":{"a":1},"b":2}')
  })

  it('does not read what stands under a secret key', () => {
    let reads = 0
    const value = {
      get password(): string {
        reads++
        return 'SECRET'
      },
    }
    expect(shown({ user: value })).toEqual({ user: { password: '[redacted]' } })
    expect(reads).toBe(0)
  })

  it('hides credentials in URLs and in lists of raw headers', () => {
    const url = new URL('https://ann:SECRET@host/p?a=1&access_token=SECRET&b=2#id_token=SECRET')
    expect(shown(url)).toBe('https://[redacted]@host/p?a=1&access_token=[redacted]&b=2#id_token=[redacted]')
    expect(encodeValue(url, createRedactor(false), undefined, 1000)).toBe(`"${url.href}"`)
    const rawHeaders = ['Host', 'a', 'Cookie', 'SECRET', 'AUTHORIZATION', 'SECRET']
    const masked = ['Host', 'a', 'Cookie', '[redacted]', 'AUTHORIZATION', '[redacted]']
    expect(shown({ rawHeaders, _header: 'SECRET', outputData: ['SECRET'] })).toEqual({
      rawHeaders: masked,
      _header: '[redacted]',
      outputData: '[redacted]',
    })
    expect(JSON.parse(encodeValue(rawHeaders, redactor, undefined, 1000, 'rawHeaders'))).toEqual(masked)
  })

  it('scrubs before it cuts, and numbers too', () => {
    const patterns = createRedactor({ patterns: [/SECRET-\d+/, /4{16}/] })
    const json = encodeValue(
      { a: `${'x'.repeat(45)}SECRET-1234567890${'x'.repeat(900)}`, card: 4444444444444444, big: 4444444444444444n },
      patterns,
      undefined,
      130,
    )
    expect(json).not.toContain('SECRET')
    expect(json).not.toContain('4444')
  })

  it('ends soon on a graph of 2 to the power of 40 ways', () => {
    let graph: object = {}
    for (let level = 0; level < 40; level++) graph = { left: graph, right: graph, list: [graph, graph] }
    expect(encodeValue(graph, redactor, undefined, 10_000).length).toBeLessThan(12_000)
  })

  it('asks patterns only so often, however often a long text is met', () => {
    let characters = 0
    const counting = {
      ...createRedactor({ patterns: [/SECRET/] }),
      scrub: (text: string) => ((characters += text.length), text),
    }
    const long = 'x'.repeat(1_000_000)
    encodeValue(Array(100).fill(long), counting, undefined, Infinity)
    expect(characters).toBeLessThan(6_000_000)
  })

  it('answers where the stack is nearly used up', () => {
    const texts = new Set<string>()
    const fall = (): void => {
      fall()
    }
    const dive = (): void => {
      try {
        dive()
      } finally {
        texts.add(guarded(() => encodeValue({ a: { b: [1] } }, redactor, undefined, 1000)))
      }
    }
    expect(() => dive()).toThrow(RangeError)
    expect(fall).toThrow(RangeError)
    for (const text of texts) expect(() => JSON.parse(text) as unknown).not.toThrow()
    expect(texts).toContain('{"a":{"b":[1]}}')
  })

  it('may be called while it runs', () => {
    const value = { toJSON: () => encodeValue({ a: [1] }, redactor, undefined, 100) }
    expect(shown({ value, after: [2] })).toEqual({ value: '{"a":[1]}', after: [2] })
  })
})

/** What cannot even be entered is not the encoder's. */
function guarded(encode: () => string): string {
  try {
    return encode()
  } catch (error) {
    if (error instanceof RangeError) return '"no stack left"'
    throw error
  }
}
