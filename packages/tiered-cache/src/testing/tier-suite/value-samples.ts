type Sample = readonly [kind: string, make: () => unknown]

class Point {
  readonly x: number
  constructor(x: number) {
    this.x = x
  }
}

/** What every tier keeps. */
export const PLAIN: readonly Sample[] = [
  ['0', () => 0],
  ['an empty string', () => ''],
  ['false', () => false],
  ['null', () => null],
  ['true', () => true],
  ['a number with a fraction', () => 0.1 + 0.2],
  ['the largest safe integer', () => Number.MAX_SAFE_INTEGER],
  ['a very small number', () => Number.MIN_VALUE],
  ['an empty object', () => ({})],
  ['an empty array', () => []],
  ['nested objects and arrays', () => ({ a: [{ b: [null, false, 0, ''] }], c: { d: { e: 'f' } } })],
  ['text of several scripts', () => 'Größe 数値 🚀 עברית e\u0301 \u2028\u2029'],
  ['text with every control character', () => String.fromCharCode(...Array.from({ length: 160 }, (_, code) => code))],
  ['text that looks like JSON', () => '{"value":1}'],
  ['text that looks like a record of the cache', () => '{"value":1,"storedAt":0,"staleAt":0,"expiresAt":0}'],
  ['an object with the fields of an entry', () => ({ value: 1, storedAt: 0, staleAt: 0, expiresAt: 0, expires: 1 })],
  ['a string of 1 MiB', () => 'ü🚀 0123456789'.repeat(74_898)],
]

/** What comes back equal, types included, or is refused: JSON keeps few of them. */
export const EXACT_OR_REFUSED: readonly Sample[] = [
  ['NaN', () => Number.NaN],
  ['-0', () => -0],
  ['Infinity', () => [Infinity, -Infinity]],
  ['a BigInt', () => ({ big: 2n ** 80n, negative: -1n })],
  ['a Date', () => new Date(1_700_000_000_123)],
  ['a Date inside an object', () => ({ at: new Date(0) })],
  [
    'a Map',
    () =>
      new Map<unknown, unknown>([
        ['a', 1],
        [2, new Map([['b', new Date(5)]])],
      ]),
  ],
  ['a Map with objects for keys', () => new Map([[{ id: 1 }, 'one']])],
  ['a Set', () => new Set(['a', 1, null, undefined])],
  ['undefined inside an object', () => ({ a: undefined, b: 1 })],
  ['undefined inside an array', () => [undefined, 1, undefined]],
  ['an array with holes', holes],
  ['bytes', () => new Uint8Array([0, 1, 127, 128, 255])],
  ['a Buffer', () => Buffer.from([0, 128, 255])],
  ['numbers in a Float64Array', () => new Float64Array([0, -0, Number.NaN, Infinity, 1e-300])],
  ['numbers in a BigInt64Array', () => new BigInt64Array([-1n, 2n ** 62n])],
  ['a view on a part of a buffer', () => new Int16Array(new Int16Array([1, 2, 3, 4]).buffer, 2, 2)],
  ['an ArrayBuffer', () => new Uint8Array([1, 2, 3]).buffer],
  ['an object without a prototype', () => Object.assign(Object.create(null), { a: 1 })],
  ['an own property __proto__', () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}')],
  ['a RegExp', () => /a+b/giu],
  ['an Error', () => new RangeError('no')],
  ['an instance of a class', () => new Point(1)],
  ['an object with a toJSON of its own', () => ({ at: new URL('https://example.org/a') })],
  ['a boxed number', () => Object(1)],
  ['an object that contains itself', cycle],
  ['a Map that contains itself', mapCycle],
  ['one object in two places', twice],
  ['a lone surrogate', () => ['\ud800', '\udc00x']],
]

/** What no copy can keep. */
export const UNSTORABLE: readonly Sample[] = [
  ['a function', () => () => 1],
  ['a symbol', () => Symbol('s')],
  ['a promise', () => Promise.resolve(1)],
  ['a WeakMap', () => new WeakMap()],
]

function cycle(): unknown {
  const parent: Record<string, unknown> = { name: 'parent' }
  parent['child'] = { parent, list: [parent] }
  return parent
}

function mapCycle(): unknown {
  const map = new Map<string, unknown>()
  map.set('self', map)
  return map
}

function twice(): unknown {
  const shared = { name: 'shared' }
  return { first: shared, second: shared }
}

function holes(): unknown {
  const list: number[] = []
  list[1] = 1
  list[3] = 3
  return list
}
