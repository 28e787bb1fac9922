import { describe, expect, it } from 'vitest'
import { resolveMemoryTierOptions, resolveResize } from './memory-tier-settings.ts'

const weigh = (): number => 1
const resolve = (options: unknown) => resolveMemoryTierOptions(options as never)

describe('resolveMemoryTierOptions', () => {
  it('has a default for everything', () => {
    expect(resolve({})).toEqual({
      name: 'memory',
      ttl: undefined,
      bounds: { maxEntries: 10_000, maxWeight: Infinity },
      isInBytes: false,
      weigh: undefined,
      policy: 'tinylfu',
      copy: 'reference',
      onRemoval: undefined,
      seed: expect.any(Number),
    })
  })

  it('takes undefined for the default, and Infinity for no limit', () => {
    const names = ['maxEntries', 'maxBytes', 'maxWeight', 'weigh', 'policy', 'copy', 'ttl', 'name', 'onRemoval', 'seed']
    const unset = Object.fromEntries(names.map((name) => [name, undefined]))
    expect(resolve(unset)).toEqual({ ...resolve({}), seed: expect.any(Number) })
    for (const options of [{ maxEntries: Infinity }, { maxBytes: Infinity }, { maxWeight: Infinity, weigh }]) {
      expect(resolve(options).bounds).toEqual({ maxEntries: Infinity, maxWeight: Infinity })
    }
    expect(resolve({ ttl: Infinity }).ttl).toBe(Infinity)
  })

  it.each([
    [{ maxBytes: '64kb' }, { maxEntries: Infinity, maxWeight: 65_536 }],
    [
      { maxBytes: 1.5, maxEntries: 3 },
      { maxEntries: 3, maxWeight: 1 },
    ],
    [
      { maxWeight: 0.5, weigh },
      { maxEntries: Infinity, maxWeight: 0.5 },
    ],
    [
      { maxWeight: 7, weigh, maxEntries: 3 },
      { maxEntries: 3, maxWeight: 7 },
    ],
  ])('makes of %o the bounds %o', (options, bounds) => {
    expect(resolve(options).bounds).toEqual(bounds)
  })

  it('draws another seed each time, and takes any whole number for one', () => {
    expect(new Set(Array.from({ length: 8 }, () => resolve({}).seed)).size).toBeGreaterThan(1)
    for (const seed of [0, -5, 2 ** 40 + 3, Number.MAX_SAFE_INTEGER]) expect(resolve({ seed }).seed).toBe(seed | 0)
  })

  it('weighs in bytes what is kept, not what was given', () => {
    const { weigh: inBytes } = resolve({ maxBytes: 100 })
    expect(inBytes?.('x'.repeat(1_000), 'k', 'short')).toBeLessThan(200)
    expect(inBytes?.('short', 'k', 'x'.repeat(1_000))).toBeGreaterThan(1_000)
  })

  it('gives weigh of the user the value and the key alone', () => {
    const given: unknown[] = []
    const resolved = resolve({ maxWeight: 5, weigh: (...all: unknown[]) => given.push(all) })
    expect(resolved.weigh?.('value', 'key', 'stored')).toBe(1)
    expect(given).toEqual([['value', 'key']])
  })

  it.each([0, 0.5, 3, Infinity])('takes the weight %s', (weight) => {
    expect(resolve({ maxWeight: 5, weigh: () => weight }).weigh?.(1, 'k', 1)).toBe(weight)
  })

  it.each([
    [-1, '-1 (number)'],
    [Number.NaN, 'NaN (number)'],
    ['3', '3 (string)'],
    [undefined, 'undefined (undefined)'],
    [Promise.resolve(1), 'an object'],
  ])('refuses the weight %s', (weight, told) => {
    const resolved = resolve({ maxWeight: 5, weigh: () => weight })
    const call = (): unknown => resolved.weigh?.(1, 'k', 1)
    expect(call).toThrow(new RangeError(`weigh must give a number of zero or more, got ${told}`))
  })

  it.each<[unknown, ErrorConstructor, string]>([
    [null, TypeError, 'memoryTier options must be an object, got null'],
    [5, TypeError, 'memoryTier options must be an object, got 5 (number)'],
    [{ maxentries: 5 }, TypeError, "memoryTier options has no option 'maxentries', known are maxEntries, maxBytes"],
    [{ maxEntries: 0 }, RangeError, 'maxEntries must be a whole number of at least 1, or Infinity, got 0 (number)'],
    [{ maxEntries: 1.5 }, RangeError, 'maxEntries must be a whole number'],
    [{ maxEntries: Number.NaN }, RangeError, 'maxEntries must be a whole number'],
    [{ maxEntries: '10' }, TypeError, 'maxEntries must be a number, got 10 (string)'],
    [{ maxBytes: 0 }, RangeError, 'maxBytes must be at least 1 bytes, got 0 (number)'],
    [{ maxBytes: '0.5b' }, RangeError, 'maxBytes must be at least 1 bytes'],
    [{ maxBytes: Number.NaN }, RangeError, 'maxBytes must be at least 1 bytes'],
    [{ maxBytes: '10 mb' }, TypeError, "maxBytes must be bytes or a string such as '64kb'"],
    [{ maxBytes: null }, TypeError, 'maxBytes must be bytes'],
    [{ maxBytes: 5, weigh }, TypeError, 'maxBytes must not be given with weigh'],
    [{ maxBytes: 5, maxWeight: 5 }, TypeError, 'maxBytes must not be given with maxWeight'],
    [{ maxWeight: 5 }, TypeError, 'maxWeight and weigh must be given together'],
    [{ weigh }, TypeError, 'maxWeight and weigh must be given together'],
    [{ weigh: 5, maxWeight: 5 }, TypeError, 'weigh must be a function, got 5 (number)'],
    [{ maxWeight: 0, weigh }, RangeError, 'maxWeight must be more than zero, got 0 (number)'],
    [{ maxWeight: Number.NaN, weigh }, RangeError, 'maxWeight must be more than zero'],
    [{ maxWeight: '5', weigh }, TypeError, 'maxWeight must be a number, got 5 (string)'],
    [{ policy: 'fifo' }, TypeError, 'policy must be one of tinylfu, lru, sieve, got fifo (string)'],
    [{ policy: null }, TypeError, 'policy must be one of tinylfu, lru, sieve, got null'],
    [{ copy: true }, TypeError, 'copy must be one of reference, freeze, clone, got true (boolean)'],
    [{ onRemoval: {} }, TypeError, 'onRemoval must be a function, got an object'],
    [{ ttl: -1 }, RangeError, 'ttl must be zero or more milliseconds'],
    [{ ttl: '1 hour' }, TypeError, 'ttl must be milliseconds or a string'],
    [{ name: '' }, TypeError, 'name must be a string that is not empty'],
    [{ name: 5 }, TypeError, 'name must be a string that is not empty, got 5 (number)'],
    [{ seed: 1.5 }, TypeError, 'seed must be a whole number, got 1.5 (number)'],
    [{ seed: '1' }, TypeError, 'seed must be a whole number, got 1 (string)'],
  ])('refuses %o', (options, kind, message) => {
    const call = (): unknown => resolve(options)
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})

describe('resolveResize', () => {
  const counting = resolve({})
  const inBytes = resolve({ maxBytes: 5 })
  const weighing = resolve({ maxWeight: 5, weigh })

  it('names the bounds that are given', () => {
    expect(resolveResize({ maxEntries: undefined }, counting)).toEqual({})
    expect(resolveResize({ maxEntries: 3 }, inBytes)).toEqual({ maxEntries: 3 })
    expect(resolveResize({ maxBytes: '1kb' }, inBytes)).toEqual({ maxWeight: 1_024 })
    expect(resolveResize({ maxEntries: 3, maxWeight: 0.5 }, weighing)).toEqual({ maxEntries: 3, maxWeight: 0.5 })
  })

  it.each<[unknown, typeof counting, ErrorConstructor, string]>([
    [5, counting, TypeError, 'resize bounds must be an object, got 5 (number)'],
    [{ max: 5 }, counting, TypeError, "resize bounds has no option 'max', known are maxEntries, maxBytes, maxWeight"],
    [{ maxEntries: 0 }, counting, RangeError, 'maxEntries must be a whole number of at least 1'],
    [{ maxBytes: 5 }, counting, TypeError, 'maxBytes needs a tier that was made with maxBytes'],
    [{ maxBytes: 5 }, weighing, TypeError, 'maxBytes needs a tier that was made with maxBytes'],
    [{ maxBytes: 0 }, inBytes, RangeError, 'maxBytes must be at least 1 bytes'],
    [{ maxWeight: 5 }, counting, TypeError, 'maxWeight needs a tier that was made with weigh'],
    [{ maxWeight: 5 }, inBytes, TypeError, 'maxWeight needs a tier that was made with weigh'],
    [{ maxWeight: -1 }, weighing, RangeError, 'maxWeight must be more than zero, got -1 (number)'],
  ])('refuses %o', (bounds, settings, kind, message) => {
    const call = (): unknown => resolveResize(bounds as never, settings)
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})
