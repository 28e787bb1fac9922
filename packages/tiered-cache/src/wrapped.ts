import { assertFunction } from './arguments.ts'
import type { Acknowledged } from './core/write.ts'
import { assertWrapOptions, type LoadOptions, type WrapOptions } from './options.ts'
import type { MaybePromise } from './tiers/tier.ts'

/** A memoised function. */
export interface Wrapped<A extends readonly unknown[], T> {
  (...args: A): Promise<T>
  /** Forgets what a call with these arguments has given. */
  invalidate(...args: A): Promise<Acknowledged>
}

/** What a memoised function does with its cache. */
export interface WrappedCache<T> {
  getOrSet(key: string, loader: () => MaybePromise<unknown>, options: LoadOptions): Promise<T>
  delete(key: string): Promise<Acknowledged>
  /** @throws TypeError or RangeError naming the option and the value */
  assertLoadOptions(options: LoadOptions): void
}

/** `fn` memoised: called with the same key it is answered from the cache, and runs once however many wait. */
export function wrapped<A extends readonly unknown[], T>(
  cache: WrappedCache<T>,
  fn: (...args: A) => MaybePromise<unknown>,
  options: WrapOptions<A>,
): Wrapped<A, T> {
  assertFunction('fn', fn)
  if (typeof options !== 'object' || options === null) throw new TypeError('wrap options must be an object with key')
  const { key, tags, ...load } = options
  assertFunction('key', key)
  if (tags !== undefined) assertFunction('tags', tags)
  assertWrapOptions(options)
  cache.assertLoadOptions(load)
  const call = async (...args: A): Promise<T> => {
    const own = tags === undefined ? load : { ...load, tags: tags(...args) }
    return cache.getOrSet(key(...args), () => fn(...args), own)
  }
  return Object.assign(call, { invalidate: async (...args: A) => cache.delete(key(...args)) })
}
