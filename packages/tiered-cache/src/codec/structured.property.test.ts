import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnstorableValueError } from '../errors.ts'
import { decodeText, encodeText, structuredCodec } from './structured.ts'

const RUNS = { numRuns: 3_000 }

/** Trees of everything that is storable, sparse arrays, `__proto__` and lone surrogates included. */
const tree = fc.anything({
  key: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'toString', 'length')),
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  values: [
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) }),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constantFrom(undefined, null, -0, Number.NaN, Infinity),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(/a|b/gu, /(?<year>\d+)/),
  ],
})

type Kind = 'object' | 'bare' | 'array' | 'map' | 'set'
const node = fc.record({
  kind: fc.constantFrom<Kind>('object', 'bare', 'array', 'map', 'set'),
  edges: fc.array(fc.tuple(fc.nat(9), fc.string({ maxLength: 3 }), fc.nat(9)), { maxLength: 4 }),
  leaf: tree,
})

/** Graphs of up to ten objects that refer to each other at random: cycles and shared objects abound. */
const graph = fc.array(node, { minLength: 1, maxLength: 10 }).map((nodes) => {
  const objects = nodes.map(({ kind }) => {
    if (kind === 'map') return new Map()
    if (kind === 'set') return new Set()
    if (kind === 'array') return []
    return kind === 'bare' ? (Object.create(null) as object) : {}
  })
  for (const [at, { edges, leaf }] of nodes.entries()) {
    link(objects[at] as object, 'leaf', 'leaf', leaf)
    for (const [to, name, key] of edges) {
      link(objects[at] as object, name, objects[key % objects.length], objects[to % objects.length])
    }
  }
  return objects[0]
})

function link(from: object, name: string, key: unknown, to: unknown): void {
  if (from instanceof Map) from.set(key, to)
  else if (from instanceof Set) from.add(to)
  else if (Array.isArray(from)) from.push(to)
  else Object.defineProperty(from, name, { value: to, enumerable: true, configurable: true, writable: true })
}

/** Whether both reach their objects by the same ways: one object here is one object there. */
function sharesAlike(left: unknown, right: unknown, met = new Map<unknown, unknown>()): boolean {
  if (typeof left !== 'object' || left === null) return Object.is(left, right)
  if (met.has(left)) return met.get(left) === right
  met.set(left, right)
  const [children, others] = [childrenOf(left), childrenOf(right as object)]
  return children.length === others.length && children.every((child, at) => sharesAlike(child, others[at], met))
}

function childrenOf(value: object): unknown[] {
  if (value instanceof Map) return [...value].flat()
  return value instanceof Set ? [...value] : Object.values(value)
}

describe('StructuredCodec, for any value', () => {
  it('gives back trees', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const text = encodeText(value)
        expect(Buffer.from(text).toString()).toBe(text)
        expect(isDeepStrictEqual(decodeText(text), value)).toBe(true)
      }),
      RUNS,
    )
  })

  it('gives back graphs with the same sharing, and writes what it read alike', () => {
    fc.assert(
      fc.property(graph, (value) => {
        const text = encodeText(value)
        const back = decodeText(text)
        expect(sharesAlike(value, back)).toBe(true)
        expect(sharesAlike(back, value)).toBe(true)
        expect(encodeText(back)).toBe(text)
      }),
      RUNS,
    )
  })

  it('throws nothing but UnstorableValueError', () => {
    const anything = fc.anything({ withBoxedValues: true, withObjectString: true })
    const odd = fc.constantFrom<unknown>(
      () => 1,
      Symbol('s'),
      new Error('e'),
      Object(1n),
      globalThis,
      Math,
      new Proxy({}, {}),
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(anything, odd)), (value) => {
        try {
          encodeText(value)
        } catch (error) {
          expect(error).toBeInstanceOf(UnstorableValueError)
        }
      }),
      RUNS,
    )
  })

  it('throws an Error for any text that was changed, or reads some value', () => {
    const cut = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.nat(8),
      put: fc.string({ maxLength: 4 }),
    })
    const inserted = fc.constantFrom(
      '[',
      ']',
      '{',
      ',',
      '-',
      '0',
      '1e999',
      '"',
      'null',
      '[-1]',
      '["o"]',
      '__proto__',
      '[9]',
    )
    fc.assert(
      fc.property(graph, fc.array(fc.tuple(cut, inserted), { minLength: 1, maxLength: 3 }), (value, changes) => {
        let text = encodeText(value)
        for (const [{ at, drop, put }, token] of changes) {
          const start = Math.floor(at * text.length)
          text = text.slice(0, start) + (drop % 2 ? put : token) + text.slice(start + drop)
        }
        readsOrThrows(() => decodeText(text))
        readsOrThrows(() => structuredCodec.decode(Buffer.from(text, 'utf16le')))
      }),
      { numRuns: 5_000 },
    )
  })
})

function readsOrThrows(read: () => unknown): void {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
  }
  expect(Object.keys(Object.prototype)).toStrictEqual([])
}
