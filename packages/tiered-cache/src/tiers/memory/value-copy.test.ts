import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnstorableValueError } from '../../errors.ts'
import type { CopyMode } from './memory-tier-options.ts'
import { copier, type ValueCopier } from './value-copy.ts'

const copierOf = (mode: CopyMode): ValueCopier => copier(mode) as ValueCopier
const modes = ['clone', 'freeze'] as const

class Point {
  readonly x = 1
}

const everything = () => ({
  at: new Date(5),
  map: new Map<unknown, unknown>([['k', { a: [1] }]]),
  set: new Set([1n]),
  bytes: Buffer.from([1, 2, 3]),
  floats: new Float64Array([1.5, -0]),
  none: undefined,
  list: [{ deep: ['x'] }],
  bare: Object.assign(Object.create(null) as object, { a: 1 }),
})

function refusalOf(mode: CopyMode, value: unknown): UnstorableValueError | undefined {
  try {
    copierOf(mode).store(value, 'user:1')
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(UnstorableValueError)
    return error as UnstorableValueError
  }
}

describe('copier', () => {
  it('has nothing to do where values are kept by reference', () => {
    expect(copier('reference')).toBeUndefined()
  })
})

describe.each(modes)("copier('%s')", (mode) => {
  const { store, read } = copierOf(mode)

  it.each([0, -0, Number.NaN, '', 'J', 'T[[-1]]', false, null, undefined, 5n])('keeps the primitive %s', (value) => {
    expect(Object.is(read(store(value, 'k')), value)).toBe(true)
  })

  it('gives the same types', () => {
    expect(read(store(everything(), 'k'))).toStrictEqual(everything())
    expect((read(store(everything(), 'k')) as { bytes: unknown }).bytes).toBeInstanceOf(Buffer)
  })

  it('follows no change made later to what was stored or to what a hit gave', () => {
    const value = everything()
    const stored = store(value, 'k')
    const given = read(stored) as typeof value
    for (const each of [value, given]) {
      each.at.setTime(9)
      each.map.clear()
      each.bytes[0] = 9
      each.floats[0] = 9
    }
    expect(read(stored)).toStrictEqual(everything())
  })

  it.each<[string, string, unknown]>([
    ['$.a[0]', 'a function', { a: [() => 1] }],
    ['$', 'a symbol', Symbol('s')],
    ['$.p', 'an instance of Point', { p: new Point() }],
    ['$.p', 'an instance of Promise', { p: Promise.resolve(1) }],
    ['$.get("e")', 'an instance of Error', new Map([['e', new Error('no')]])],
  ])('refuses %s: %s, with the key', (path, kind, value) => {
    expect(refusalOf(mode, value)).toMatchObject({ key: 'user:1', path, kind })
  })

  it('gives any value back or refuses it', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
      withBoxedValues: true,
    })
    fc.assert(
      fc.property(anything, fc.clone(anything, 2), (_, [value, same]) => {
        if (refusalOf(mode, value) === undefined) expect(read(store(value, 'k'))).toStrictEqual(same)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe("copier('freeze')", () => {
  const { store, read } = copierOf('freeze')

  it('freezes plain objects and arrays where they are, cycles included, and gives them', () => {
    const value: Record<string, unknown> = {
      list: [{ a: 1 }],
      bare: Object.assign(Object.create(null) as object, { b: {} }),
    }
    value['self'] = value
    expect(read(store(value, 'k'))).toBe(value)
    expect(() => (value['list'] as object[]).push({})).toThrow(TypeError)
    for (const part of [value, value['list'], (value['list'] as unknown[])[0], value['bare']]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
    expect(Object.isFrozen((value['bare'] as { b: object }).b)).toBe(true)
  })

  it('freezes what is inside of what was frozen already', () => {
    const value = Object.freeze({ inner: { a: 1 } })
    store(value, 'k')
    expect(Object.isFrozen(value.inner)).toBe(true)
  })

  it('freezes the plain parts of a copy too, and gives a new one each time', () => {
    const value = { at: new Date(5), list: [1] }
    const stored = store(value, 'k')
    const first = read(stored) as typeof value
    expect(() => first.list.push(2)).toThrow(TypeError)
    expect(() => value.list.push(2)).toThrow(TypeError)
    expect(read(stored)).not.toBe(first)
  })

  it('copies what an accessor or a proxy shows', () => {
    const hidden = { list: [1] }
    const withAccessor = Object.defineProperty({}, 'list', { get: () => hidden.list, enumerable: true })
    const values = [withAccessor, new Proxy(hidden, {})].map((value) => store(value, 'k'))
    hidden.list.push(2)
    for (const stored of values) expect(read(stored)).toStrictEqual({ list: [1] })
  })

  it('leaves alone what it refuses', () => {
    const value = { list: [1], call: () => 1 }
    expect(refusalOf('freeze', value)?.path).toBe('$.call')
    expect(Object.isFrozen(value.list)).toBe(false)
  })

  it('freezes what is deep without a deep stack', () => {
    let deep: unknown = 1
    for (let depth = 0; depth < 100_000; depth++) deep = depth % 2 ? [deep] : { deep }
    expect(read(store(deep, 'k'))).toBe(deep)
  })
})

describe("copier('clone')", () => {
  const { store, read } = copierOf('clone')

  it('leaves what it is given as it was', () => {
    const value = { list: [1] }
    store(value, 'k')
    value.list.push(2)
    expect(value.list).toEqual([1, 2])
  })

  it('gives a new copy each time, with cycles and sharing', () => {
    const shared = {}
    const value: Record<string, unknown> = { first: shared, second: shared }
    value['self'] = value
    const stored = store(value, 'k')
    const given = read(stored) as Record<string, unknown>
    expect(given['self']).toBe(given)
    expect(given['first']).toBe(given['second'])
    expect(read(stored)).not.toBe(given)
    expect(given).not.toBe(value)
  })
})
