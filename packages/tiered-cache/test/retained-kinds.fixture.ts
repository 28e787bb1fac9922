import type { Random } from '@org/testkit'

/** Plain data of one kind: each call of `make` gives a value that shares nothing with the others. */
export interface Kind {
  readonly name: string
  readonly count: number
  /** The estimate is what V8 takes, but for the headers, whose size differs between its versions. */
  readonly exact: boolean
  make(): unknown
}

const FEW = 40
const SOME = 500
const MANY = 5_000

class Point {
  readonly x: number
  readonly y: number
  readonly label: string

  constructor(x: number, y: number, label: string) {
    this.x = x
    this.y = y
    this.label = label
  }
}

/** Every kind of plain data, drawn from `random`. */
export function kindsOf(random: Random): readonly Kind[] {
  const small = (): number => random.int(-1e6, 1e6)
  const fraction = (): number => random.next()
  const text = (length: number): string => textOf(random, 'abcdefghijklmnopqrstuvwxyz0123456789', length)
  const wide = (length: number): string => textOf(random, 'абвгдежзийклмнопрстуфхцч', length)
  const list = <T>(length: number, make: (at: number) => T): T[] => Array.from({ length }, (_, at) => make(at))
  const row = () => ({
    id: small(),
    name: text(12),
    score: random.next(),
    active: true,
    tags: [text(8), text(9)],
    at: { lat: random.next(), lon: random.next() },
    none: null,
  })
  const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
  const byId = (length: number, make: () => unknown) => Object.fromEntries(list(length, () => [text(12), make()]))
  const grown = (length: number): number[] => {
    const array: number[] = []
    for (let at = 0; at < length; at++) array.push(small())
    return array
  }
  const failed = (depth: number): Error => (depth === 0 ? new Error(text(30)) : failed(depth - 1))
  const kind = (name: string, count: number, make: () => unknown): Kind => ({ name, count, make, exact: false })
  const exact = (name: string, count: number, make: () => unknown): Kind => ({ name, count, make, exact: true })
  return [
    exact('short strings', 4 * MANY, () => text(9)),
    exact('strings', MANY, () => text(random.int(100, 300))),
    exact('long strings', FEW, () => text(50_000)),
    exact('strings of two bytes', MANY, () => wide(random.int(50, 150))),
    // V8 may keep the head of the parts, which is 32 bytes, beside the whole.
    exact('strings put together', SOME, () => list(100, () => text(5)).reduce((all, part) => all + part)),
    kind('numbers with a fraction', 4 * MANY, () => random.next()),
    exact('small BigInts', 4 * MANY, () => BigInt(random.int(1, 1e9))),
    exact('large BigInts', MANY, () => -(BigInt(random.int(1, 1e9)) << 1_000n)),
    kind('empty objects', MANY, () => ({})),
    kind('objects of one field', MANY, () => ({ a: small() })),
    kind('objects of ten whole numbers', MANY, () =>
      parsed(Object.fromEntries('abcdefghij'.split('').map((k) => [k, 1]))),
    ),
    kind('objects of numbers with a fraction', MANY, () => ({ a: random.next(), b: random.next() })),
    kind('objects that got their fields late', MANY, () =>
      Object.assign({ a: 1 } as object, { b: 1, c: 2, d: 3, e: 4 }),
    ),
    kind('rows', MANY, row),
    kind('rows from JSON', MANY, () => parsed(row())),
    kind('objects of forty fields', SOME, () =>
      parsed(
        Object.fromEntries(
          list(40, (at) => [`field ${'abcdefghij'[at % 10]}${'wxyz'[at % 4]}${at}x`.replace(/\d/g, ''), small()]),
        ),
      ),
    ),
    kind('objects by id', SOME, () => byId(12, small)),
    kind('large objects by id', FEW, () => byId(1_500, row)),
    kind('objects by number', SOME, () => parsed(Object.fromEntries(list(40, () => [random.int(0, 1e8), text(20)])))),
    kind('objects by index', SOME, () => Object.assign({}, list(100, small))),
    kind('objects without a prototype', MANY, () => Object.assign(Object.create(null) as object, { a: 1, b: text(9) })),
    kind('instances', MANY, () => new Point(small(), random.next(), text(20))),
    kind('empty arrays', MANY, () => []),
    kind('arrays of one', MANY, () => parsed([small()])),
    ...[1, 2, 5, 17, 18, 200].map((length) => kind(`arrays that grew to ${length}`, SOME, () => grown(length))),
    kind('arrays of whole numbers', SOME, () => list(300, small)),
    kind('arrays of fractions', SOME, () => list(300, fraction)),
    kind('frozen arrays of fractions', SOME, () => Object.freeze(list(300, fraction))),
    kind('arrays of fractions from JSON', SOME, () => parsed(list(300, fraction))),
    kind('mixed arrays', SOME, () => [...list(50, fraction), text(20), true, null, undefined]),
    kind('arrays of strings', SOME, () => list(50, () => text(random.int(2, 40)))),
    kind('arrays of rows', FEW, () => list(1_000, row)),
    kind('large arrays of fractions', 4, () => list(200_000, fraction)),
    kind('large arrays of rows', 2, () => list(20_000, row)),
    kind('large arrays that alternate', 2, () => list(40_000, (at) => (at % 8 === 0 ? text(100) : at))),
    kind('large nested arrays', 2, () => list(5_000, () => list(30, () => [small(), text(10)]))),
    kind('Dates', MANY, () => new Date(small())),
    kind('empty Maps', MANY, () => new Map()),
    ...[1, 5, 64, 65, 1_000].map((size) =>
      kind(`Maps of ${size}`, SOME, () => new Map(list(size, () => [text(8), small()]))),
    ),
    kind('large Maps', 2, () => new Map(list(20_000, () => [text(8), row()]))),
    ...[0, 1, 100].map((size) => kind(`Sets of ${size}`, SOME, () => new Set(list(size, () => text(8))))),
    kind('large Sets', 4, () => new Set(list(20_000, small))),
    kind('Errors', SOME, () => new RangeError(text(30))),
    kind('Errors from far below', SOME, () => failed(20)),
    kind('Errors with a cause and a code', SOME, () =>
      Object.assign(new Error(text(30), { cause: failed(3) }), { code: text(10) }),
    ),
    kind('RegExps', SOME, () => new RegExp(`a+${text(8)}`)),
    exact('bytes in the heap', MANY, () => new Uint8Array(random.int(1, 64))),
    exact('typed arrays', SOME, () => new Float64Array(random.int(100, 500))),
    exact('large typed arrays', FEW, () => new Uint8Array(random.int(1e5, 2e5))),
    exact('ArrayBuffers', SOME, () => new ArrayBuffer(random.int(100, 500))),
    exact('DataViews', SOME, () => new DataView(new ArrayBuffer(random.int(100, 500)))),
    exact('Buffers', SOME, () => Buffer.alloc(random.int(1_000, 2_000))),
    exact('small Buffers of their own', MANY, () => Buffer.alloc(random.int(1, 64))),
    exact('Buffers in a pool', MANY, () => Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])),
    kind('two views of one buffer', SOME, () => twoViews(random.int(1_000, 2_000))),
    exact('a slice of a large buffer', FEW, () => new Uint8Array(50_000).subarray(100, 110)),
  ]
}

function twoViews(bytes: number): object {
  const buffer = new ArrayBuffer(bytes)
  return { first: new Uint8Array(buffer), second: new Uint8Array(buffer, 100) }
}

/** Joined, so that each is flat, of its own, and takes nothing of a pool of Buffers. */
export function textOf(random: Random, letters: string, length: number): string {
  return Array.from({ length }, () => letters[random.int(0, letters.length - 1)]).join('')
}
