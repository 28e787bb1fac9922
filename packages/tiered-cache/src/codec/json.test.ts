import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnstorableValueError } from '../errors.ts'
import { jsonCodec } from './json.ts'

class Foo {
  secret = 'hunter2'
}

function refusal(value: unknown): UnstorableValueError {
  try {
    jsonCodec.encode(value)
  } catch (error) {
    expect(error).toBeInstanceOf(UnstorableValueError)
    return error as UnstorableValueError
  }
  throw new Error('was stored')
}

const roundTrip = (value: unknown): unknown => jsonCodec.decode(jsonCodec.encode(value))
const throwing = (name: string): object =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new Error('hunter2')
    },
  })
const nested = (levels: number): unknown => {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = { a: value }
  return value
}
const cycle = (): unknown => {
  const value: { list: unknown[] } = { list: [1] }
  value.list.push({ back: value })
  return value
}

describe('JsonCodec', () => {
  it('writes plain JSON', () => {
    const value = { id: 'caf\u00e9', list: [1, -2.5e-7, null, true], nested: { deep: [{}, []] } }
    expect(Buffer.from(jsonCodec.encode(value)).toString()).toBe(JSON.stringify(value))
    expect(roundTrip(value)).toStrictEqual(value)
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['an empty string', ''],
    ['a lone surrogate', 'a\ud800'],
    ['an own __proto__', JSON.parse('{"__proto__":{"admin":true},"constructor":1}')],
    ['a toJSON that is no method', { toJSON: 7 }],
    ['200 levels', nested(200)],
    ['a property that is not enumerable', Object.defineProperty({ a: 1 }, 'hidden', { value: () => 1 })],
  ])('gives back %s', (_, value) => {
    expect(roundTrip(value)).toStrictEqual(value)
  })

  it('gives back what is reached by two ways as two equal objects', () => {
    const shared = { list: [1, 2] }
    const back = roundTrip({ a: shared, b: [shared, shared.list] }) as { a: unknown; b: unknown[] }
    expect(back).toStrictEqual({ a: shared, b: [shared, [1, 2]] })
    expect(back.a).not.toBe(back.b[0])
  })

  it('makes own properties of names that reach prototypes', () => {
    const back = roundTrip(JSON.parse('{"__proto__":{"polluted":true}}')) as object
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype)
    expect(Object.keys(back)).toStrictEqual(['__proto__'])
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  it.each<[string, string, unknown]>([
    ['$', 'undefined', undefined],
    ['$.a.b', 'undefined', { a: { b: undefined } }],
    ['$[1]', 'undefined', [1, undefined]],
    ['$[1]', 'a hole', [1, , 3]], // oxlint-disable-line no-sparse-arrays
    ['$.n', 'NaN', { n: Number.NaN }],
    ['$.n', '-Infinity', { n: -Infinity }],
    ['$.list[2]', '-0', { list: [1, 2, -0] }],
    ['$', 'a bigint', 1n],
    ['$.load', 'a function', { load: () => 1 }],
    ['$["not a name"]', 'a symbol', { 'not a name': Symbol('hunter2') }],
    ['$.at', 'an instance of Date', { at: new Date(0) }],
    ['$', 'an instance of Map', new Map()],
    ['$.s', 'an instance of Set', { s: new Set() }],
    ['$.bytes', 'an instance of Buffer', { bytes: Buffer.alloc(1) }],
    ['$[0]', 'an instance of Foo', [new Foo()]],
    ['$', 'an object without a prototype', Object.create(null)],
    ['$', 'an object with a prototype of its own', Object.create({ inherited: 1 })],
    ['$', 'an object with the prototype of an array', Object.create(Array.prototype)],
    ['$.a', 'an object with a toJSON method', { a: Object.defineProperty({}, 'toJSON', { value: () => 1 }) }],
    ['$', 'an object with a symbol as key', { [Symbol('hunter2')]: 1 }],
    ['$.index', 'a named property of an array', /a/.exec('a')],
    ['$.extra', 'a named property of an array', Object.assign([1], { extra: 1 })],
    ['$.list[1].back', 'a reference to an object around it', cycle()],
    ['$.a.b', 'a property that cannot be read', { a: throwing('b') }],
    ['$.a.a.a.a.a.a.a.a.a.a.a.a...(181 more).a.a.a.a.a.a.a.a', 'nested deeper than 200 levels', nested(202)],
  ])('refuses %s: %s', (path, kind, value) => {
    const { key, message, ...facts } = refusal(value)
    expect(facts).toMatchObject({ path, kind, code: 'ERR_CACHE_UNSTORABLE' })
    expect(key).toBe('')
    expect(message).not.toContain('hunter2')
  })

  it.each(['get', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'has'] as const)(
    'lets no error of a proxy through: %s',
    (trap) => {
      const proxy = new Proxy(
        { a: new Foo() },
        {
          [trap]() {
            throw new Error('hunter2')
          },
        },
      )
      expect(refusal({ proxy }).path).toMatch(/^\$\.proxy(\.a)?$/)
    },
  )

  it('ends at values that are wide and deep without end', () => {
    const endless = (): object => new Proxy({ a: 1, b: 2 }, { get: endless })
    expect(refusal(endless()).kind).toBe('nested deeper than 200 levels')
    let doubled: unknown = [1]
    for (let level = 0; level < 150; level++) doubled = [doubled, doubled]
    expect(refusal({ doubled, last: undefined }).path).toBe('$.last')
  })

  it('keeps the very values that JSON keeps, whatever they are', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.anything({
        key: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'toJSON', 'length')),
        withBigInt: true,
        withBoxedValues: true,
        withDate: true,
        withMap: true,
        withSet: true,
        withTypedArray: true,
        withSparseArray: true,
        withNullPrototype: true,
      }),
    )
    fc.assert(
      fc.property(value, (candidate) => {
        const kept = keptByJson(candidate)
        expect(storedEqually(candidate)).toBe(kept)
      }),
      { numRuns: 3_000 },
    )
  })

  it.each<[string, Uint8Array]>([
    ['no bytes', Buffer.alloc(0)],
    ['text that is cut', Buffer.from('{"a":')],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
  ])('throws an Error for %s', (_, bytes) => {
    expect(() => jsonCodec.decode(bytes)).toThrow(Error)
  })
})

/** What JSON itself does with a value. */
function keptByJson(value: unknown): boolean {
  try {
    return isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value)
  } catch {
    return false
  }
}

/** False where it was refused; a value that came back changed fails. */
function storedEqually(value: unknown): boolean {
  try {
    const bytes = jsonCodec.encode(value)
    expect(isDeepStrictEqual(jsonCodec.decode(bytes), value)).toBe(true)
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(UnstorableValueError)
    return false
  }
}
