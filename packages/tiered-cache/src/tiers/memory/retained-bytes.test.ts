import { describe, expect, it } from 'vitest'
import { retainedBytes } from './retained-bytes.ts'

const of = (value: unknown): number => retainedBytes(value, '')
let called = 0
const forbidden = (): never => {
  called++
  throw new Error('it was called')
}
const TRAPS = ['get', 'has', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor'] as const

describe('retainedBytes', () => {
  it.each<[string, unknown, number]>([
    ['no string', '', 0],
    ['a character that V8 shares', 'a', 0],
    ['one byte a character', 'a'.repeat(17), 40],
    ['Latin-1', 'é'.repeat(16), 32],
    ['two bytes a character', `${'a'.repeat(15)}€`, 48],
    ['a character of two bytes', '€', 24],
    ['a small integer', -5, 0],
    ['-0', -0, 16],
    ['an integer beyond 32 bits', 2 ** 31, 16],
    ['0n', 0n, 16],
    ['a BigInt', -(2n ** 63n), 24],
    ['a BigInt of two digits', 2n ** 64n, 32],
    ['true', true, 0],
    ['null', null, 0],
    ['undefined', undefined, 0],
  ])('knows %s', (_, value, bytes) => expect(of(value)).toBe(bytes))

  it('counts the key as a string', () => {
    expect(retainedBytes(1, 'user:1234')).toBe(32)
    expect(retainedBytes('x'.repeat(8), 'ключ')).toBe(24 + 24)
  })

  it('counts what is shared once, and ends at cycles', () => {
    const shared = { text: 'x'.repeat(1_000) }
    const ring: Record<string, unknown> = { shared }
    ring['self'] = ring
    const many = Array.from({ length: 100 }, () => ({ shared, ring }))
    expect(of(many)).toBeLessThan(100 * 60 + 2_000)
    expect(of(many)).toBeGreaterThan(100 * 40 + 1_000)
  })

  it('counts an ArrayBuffer once for all its views, and all of it for one', () => {
    const buffer = new ArrayBuffer(10_000)
    const views = [new Uint8Array(buffer, 5), new DataView(buffer, 10, 5), Buffer.from(buffer, 20, 3), buffer]
    expect(of(views)).toBeGreaterThan(10_000)
    expect(of(views)).toBeLessThan(11_000)
    expect(of(new Uint8Array(buffer, 5, 1))).toBeGreaterThan(10_000)
    expect(of(new Uint8Array(new SharedArrayBuffer(10_000)))).toBeGreaterThan(10_000)
  })

  it('counts a Buffer in a pool by its own bytes', () => {
    expect(of(Buffer.from('in the pool'))).toBeLessThan(300)
    expect(of([Buffer.from('one'), Buffer.from('two')])).toBeLessThan(700)
  })

  it('is deep without a deep stack', () => {
    let deep: unknown = 'x'.repeat(1_000)
    for (let depth = 0; depth < 200_000; depth++) deep = depth % 2 ? [deep] : { deep }
    expect(of(deep)).toBeGreaterThan(200_000 * 32)
  })

  it('runs no getter and no trap', () => {
    const accessor = (name: string): PropertyDescriptor & ThisType<unknown> => ({
      get: () => forbidden() as unknown,
      enumerable: true,
      configurable: name !== '',
    })
    const handler = Object.fromEntries(TRAPS.map((trap) => [trap, forbidden]))
    class Hostile extends Map<unknown, unknown> {
      override get size(): number {
        return forbidden()
      }
      override entries(): never {
        return forbidden()
      }
      override [Symbol.iterator](): never {
        return forbidden()
      }
    }
    const value = {
      record: Object.defineProperty({}, 'a', accessor('a')),
      bytes: Object.defineProperty(new Uint8Array(100), 'byteLength', accessor('byteLength')),
      error: Object.defineProperties(new Error('text'), { stack: accessor('stack'), message: accessor('message') }),
      map: new Hostile(),
      proxies: [new Proxy({}, handler), new Proxy([], handler), new Proxy(new Map(), handler)],
      text: 'x'.repeat(5_000),
    }
    called = 0
    expect(of(value)).toBeGreaterThan(5_000)
    expect(of(value)).toBeLessThan(8_000)
    expect(called).toBe(0)
  })

  it('weighs what can be read where a part cannot', () => {
    const revoked = Proxy.revocable([], {})
    revoked.revoke()
    const throwing = Object.defineProperty([1], '0', { get: forbidden })
    const value = [revoked.proxy, throwing, Object.create(Map.prototype), new WeakMap(), () => 1, Symbol('s')]
    expect(of([...value, 'x'.repeat(5_000)])).toBeGreaterThan(5_000)
    expect(of(revoked.proxy)).toBeGreaterThan(0)
  })

  it('stays right where an accessor in an array asks for another value', () => {
    const inner = { text: 'x'.repeat(100) }
    const asking = Object.defineProperty([], '0', { get: () => of(inner) })
    expect(of([asking, inner])).toBe(of([[1.5], inner]))
  })

  it('holds on to nothing', () => {
    const before = of({ nested: { a: 1 } })
    of(Array.from({ length: 5_000 }, (_, at) => ({ at })))
    expect(of({ nested: { a: 1 } })).toBe(before)
  })

  it('looks at a part of what is large, and weighs all of it', () => {
    const row = (at: number) => ({ id: at, name: `name of ${at}`, scores: [at / 3, at / 7] })
    const one = of(row(1_000))
    for (const rows of [
      Array.from({ length: 50_000 }, (_, at) => row(at)),
      new Set(Array.from({ length: 50_000 }, (_, at) => row(at))),
      Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`key ${at}`, row(at)])),
    ]) {
      expect(of(rows) / (50_000 * one)).toBeGreaterThan(0.9)
      expect(of(rows) / (50_000 * one)).toBeLessThan(1.7)
    }
  })

  it('counts an object once though it fills a large array', () => {
    const shared = { text: 'x'.repeat(10_000) }
    expect(of(Array.from({ length: 100_000 }, () => shared))).toBeLessThan(1_000_000)
  })
})
