import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { decodeText, encodeText, structuredCodec } from './structured.ts'

const roundTrip = <T>(value: T): T => decodeText(encodeText(value)) as T
const buffer = (...bytes: number[]): ArrayBuffer => new Uint8Array(bytes).buffer

describe('StructuredCodec', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a string', 'caf\u00e9 \u{1f680} \u0000 \u2028'],
    ['a lone surrogate', { text: 'a\ud800b', '\udfff': 1 }],
    ['undefined', undefined],
    ['undefined in an object', { a: undefined, b: [undefined] }],
    ['NaN and infinities', [Number.NaN, Infinity, -Infinity]],
    ['-0', { zero: -0 }],
    ['BigInt', [0n, -1n, 2n ** 200n, -(2n ** 64n)]],
    ['a Date', new Date(1_700_000_000_123)],
    ['an invalid Date', new Date(Number.NaN)],
    ['a RegExp', [/a\/b\n/giu, new RegExp('')]],
    [
      'a Map',
      new Map<unknown, unknown>([
        ['k', 1],
        [{ key: true }, new Map()],
        [Number.NaN, undefined],
      ]),
    ],
    ['a Set', new Set<unknown>([1, '1', [new Date(0)], undefined])],
    ['an ArrayBuffer', buffer(1, 2, 255)],
    ['a DataView', new DataView(buffer(9, 8, 7), 1)],
    ['a Buffer', Buffer.from('bytes')],
    ['an empty Buffer', Buffer.alloc(0)],
    ['a view of a part', new Uint16Array(buffer(1, 2, 3, 4, 5, 6), 2, 1)],
    ['holes', [, 1, , undefined, ,]], // oxlint-disable-line no-sparse-arrays
    ['an array of holes only', new Array(7)],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1, toString: 2 })],
    ['an own __proto__', { safe: 1, ...JSON.parse('{"__proto__":{"admin":true}}'), date: new Date(1) }],
    ['names of Object.prototype', { constructor: 1, hasOwnProperty: 2n, valueOf: undefined }],
    ['numbers as names', { 2: 'b', 1: undefined, x: 0 }],
  ])('gives back %s', (_, value) => {
    expect(roundTrip(value)).toStrictEqual(value)
  })

  it.each(
    [
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      BigInt64Array,
      BigUint64Array,
      Float32Array,
      Float64Array,
    ].map((view) => [view.name, view] as const),
  )('gives back an %s', (_, View) => {
    const value = new View(buffer(1, 2, 3, 4, 5, 6, 7, 200))
    const back = roundTrip({ value }).value
    expect(back).toStrictEqual(value)
    expect(Object.getPrototypeOf(back)).toBe(View.prototype)
  })

  it.runIf('Float16Array' in globalThis)('gives back a Float16Array where the runtime has it', () => {
    const View = (globalThis as unknown as { Float16Array: new (items: number[]) => ArrayLike<number> }).Float16Array
    const back = roundTrip(new View([1.5, -0, Number.NaN]))
    expect(back).toBeInstanceOf(View)
    expect(Array.from(back)).toStrictEqual([1.5, -0, Number.NaN])
  })

  it('tells a Buffer from a Uint8Array', () => {
    const back = roundTrip({ buffer: Buffer.from([1]), bytes: new Uint8Array([1]) })
    expect(Buffer.isBuffer(back.buffer)).toBe(true)
    expect(Buffer.isBuffer(back.bytes)).toBe(false)
    expect(back.bytes.buffer.byteLength).toBe(1)
  })

  it('keeps where a RegExp stands', () => {
    const sticky = /a/y
    sticky.lastIndex = 3
    expect(roundTrip(sticky).lastIndex).toBe(3)
  })

  it('keeps -0 in plain arrays of numbers', () => {
    expect(Object.is(roundTrip([1, 2.5, -0])[2], -0)).toBe(true)
  })

  it('keeps cycles', () => {
    const map = new Map<unknown, unknown>()
    const value: { self?: unknown; list: unknown[]; map: unknown } = { list: [], map }
    value.self = value
    value.list.push(value.list, value)
    map.set(map, new Set([map, value]))
    const back = roundTrip(value)
    expect(back.self).toBe(back)
    expect(back.list[0]).toBe(back.list)
    expect(back.list[1]).toBe(back)
    const backMap = back.map as Map<unknown, Set<unknown>>
    expect([...(backMap.get(backMap) as Set<unknown>)]).toStrictEqual([backMap, back])
  })

  it('keeps one object that is reached by two ways one object', () => {
    const shared = { n: 1 }
    const empty: unknown[] = []
    const back = roundTrip({ a: shared, b: [shared], c: empty, d: empty })
    expect(back.a).toBe(back.b[0])
    expect(back.c).toBe(back.d)
  })

  it('gives each view memory of its own and stores no byte beside it', () => {
    const whole = new Uint8Array([1, 2, 3, 4])
    const back = roundTrip([whole.subarray(1, 2), whole.subarray(1, 3)]) as [Uint8Array, Uint8Array]
    expect(back[0].buffer.byteLength).toBe(1)
    back[0][0] = 9
    expect([...back[1]]).toStrictEqual([2, 3])
  })

  it('stores plain JSON where that keeps everything', () => {
    const value = { id: 'a', list: [1, 2.5, null, true], nested: { deep: [{}, []] } }
    expect(encodeText(value)).toBe(`J${JSON.stringify(value)}`)
    expect(encodeText({ ...value, when: new Date(0) })).toMatch(/^T/)
  })

  it('reads a property with a getter as its value', () => {
    const value = Object.defineProperty({}, 'a', { enumerable: true, get: () => 1n })
    expect(roundTrip(value)).toStrictEqual({ a: 1n })
  })

  it('leaves out what is not enumerable', () => {
    const hidden = Symbol('hidden')
    const value = Object.defineProperties({ a: 1 }, { b: { value: 2 }, [hidden]: { value: 3 } })
    expect(roundTrip(value)).toStrictEqual({ a: 1 })
  })

  it('asks no toJSON', () => {
    const hidden = Object.defineProperty({ a: 1 }, 'toJSON', { value: () => 'other' })
    const mock = new Proxy({}, { get: () => () => 'other' })
    expect(roundTrip([hidden, mock, { toJSON: 7 }])).toStrictEqual([{ a: 1 }, {}, { toJSON: 7 }])
  })

  it('gives back 100 000 levels', () => {
    let value: unknown[] = []
    for (let level = 0; level < 100_000; level++) value = [value]
    let back = roundTrip(value)
    let levels = 0
    for (; back.length === 1; levels++) back = back[0] as unknown[]
    expect(levels).toBe(100_000)
  })

  it('gives back long arrays, with and without holes', () => {
    const long = Array.from({ length: 200_000 }, (_, index) => index / 7)
    expect(roundTrip(long)).toStrictEqual(long)
    const view = Float64Array.from(long)
    expect(roundTrip(view)).toStrictEqual(view)
    const sparse: unknown[] = []
    sparse[9_999_999] = 'far'
    const back = roundTrip(sparse)
    expect([back.length, Object.keys(back), back[9_999_999]]).toStrictEqual([10_000_000, ['9999999'], 'far'])
  })

  it('takes bytes that lie anywhere in their memory', () => {
    const bytes = structuredCodec.encode({ a: '\u00e9' })
    const padded = new Uint8Array(bytes.length + 5)
    padded.set(bytes, 3)
    expect(structuredCodec.decode(padded.subarray(3, 3 + bytes.length))).toStrictEqual({ a: '\u00e9' })
  })

  it('refuses objects of another realm, whose classes would not come back', () => {
    expect(() => encodeText(runInNewContext('({ list: [] })'))).toThrow('$ is an instance of Object')
  })
})
