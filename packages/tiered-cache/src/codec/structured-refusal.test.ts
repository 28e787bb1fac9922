import { describe, expect, it } from 'vitest'
import { UnstorableValueError } from '../errors.ts'
import { encodeText } from './structured.ts'

class Foo {
  secret = 'hunter2'
}
class Names extends Array<string> {}

function refusal(value: unknown): UnstorableValueError {
  try {
    encodeText(value)
  } catch (error) {
    expect(error).toBeInstanceOf(UnstorableValueError)
    return error as UnstorableValueError
  }
  throw new Error('was stored')
}

const named = (length: number): unknown => Object.assign(Array.from({ length }).fill(0), { extra: 1 })
const getter = (name: string): object =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      throw new Error('hunter2')
    },
  })

describe('StructuredCodec, refusing', () => {
  it.each<[string, string, unknown]>([
    ['$', 'a function', () => 1],
    ['$', 'a symbol', Symbol('hunter2')],
    ['$.user.load', 'a function', { user: { load: () => 1 } }],
    ['$.user.tags[3]', 'an instance of Foo', { user: { tags: [1, 2, 3, new Foo()] } }],
    ['$["not a name"]["1x"]', 'a symbol', { 'not a name': { '1x': Symbol.iterator } }],
    ['$.map.get("k")', 'an instance of Promise', { map: new Map([['k', Promise.resolve()]]) }],
    ['$.get(3n).get(null)', 'an instance of WeakMap', new Map([[3n, new Map([[null, new WeakMap()]])]])],
    [
      '$.keys()[1]',
      'an instance of Foo',
      new Map<unknown, unknown>([
        [1, 2],
        [new Foo(), 3],
      ]),
    ],
    ['$.values()[0]', 'a function', new Map([[{}, () => 1]])],
    ['$.values()[1]', 'an instance of Error', new Set([1, new Error('hunter2')])],
    ['$[0]', 'an instance of Number', [Object(1)]],
    ['$', 'an instance of Names', Names.from(['a'])],
    ['$.date', 'an instance of Day', { date: new (class Day extends Date {})() }],
    ['$', 'an object with a prototype of its own', Object.create({ inherited: 1 })],
    ['$.a', 'an object with a symbol as key', { a: { [Symbol('hunter2')]: 1 } }],
    ['$', 'an object with a symbol as key', Object.assign([1], { [Symbol.iterator]: 1 })],
    ['$.extra', 'a named property of an array', named(3)],
    ['$.extra', 'a named property of an array', named(5_000)],
    ['$.extra', 'a named property of an array', Object.assign(new Array(3), { extra: 1 })],
    ['$.index', 'a named property of an array', /a/.exec('a')],
    ['$.extra', 'a named property of an array', Object.assign(new Float64Array(3), { extra: 1 })],
    ['$.extra', 'a named property of an array', Object.assign(Buffer.alloc(5_000), { extra: 1 })],
    ['$.extra', 'a property that its class does not have', Object.assign(new Date(), { extra: 1 })],
    ['$.extra', 'a property that its class does not have', Object.assign(new Map(), { extra: 1 })],
    ['$.a.b', 'a property that cannot be read', { a: getter('b') }],
    ['$', 'an object that cannot be read', Object.create(Map.prototype)],
    ['$', 'on shared memory', new Uint8Array(new SharedArrayBuffer(2))],
    ['$', 'an instance of SharedArrayBuffer', new SharedArrayBuffer(2)],
    ['$', 'a sparse array longer than 16777216', Object.assign([], { length: 2 ** 24 + 1 })],
  ])('names %s: %s', (path, kind, value) => {
    const { key, message, ...facts } = refusal(value)
    expect(facts).toMatchObject({ path, kind, code: 'ERR_CACHE_UNSTORABLE' })
    expect(key).toBe('')
    expect(message).not.toContain('hunter2')
  })

  it('refuses memory that is gone or changes its size', () => {
    const detached = new ArrayBuffer(4)
    structuredClone(detached, { transfer: [detached] })
    expect(refusal({ detached }).kind).toBe('on a detached ArrayBuffer')
    const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer
    expect(refusal(new Uint8Array(new Resizable(1, { maxByteLength: 9 }))).kind).toBe('on a resizable ArrayBuffer')
  })

  it.each(['get', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const)(
    'lets no error of a proxy through: %s',
    (trap) => {
      const proxy = new Proxy(
        { a: 1 },
        {
          [trap]() {
            throw new UnstorableValueError('hunter2', 'hunter2', 'hunter2')
          },
        },
      )
      expect(refusal({ proxy }).message).toMatch(/\$\.proxy(\.a)? is (an object|a property) that cannot be read/)
    },
  )

  it('refuses a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable([], {})
    revoke()
    expect(refusal([proxy]).path).toBe('$[0]')
  })

  it('ends at a proxy that is deep without end, with a path that is cut', () => {
    const { kind, path } = refusal(endless())
    expect(kind).toBe('nested deeper than 200000 levels')
    expect(path).toMatch(/^\$(\.a){12}\.\.\.\(\d+ more\)(\.a){8}$/)
  })

  it('cuts names that are long', () => {
    expect(refusal({ ['x'.repeat(1_000)]: () => 1 }).path.length).toBeLessThan(80)
  })
})

/** A new object at each level, as a mock of anything makes. */
function endless(): object {
  return new Proxy({ a: 1 }, { get: endless })
}
