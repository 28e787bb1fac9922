import type { CacheVerbs, TieredCache } from '@org/tiered-cache'
import { stampKey } from '../src/core/tags/stamp-keys.ts'
import { isNamespaced, namespaceEnd, namespacePrefix } from '../src/key.ts'

/** The tags that a value may be stored with, besides that of its namespace; a set of them is a number, one bit for each. */
const TAGS: readonly string[] = ['x', 'y']
const SETS = 2 ** TAGS.length

/** A key of a model: in a namespace, or of the cache itself. */
export interface ModelKey {
  /** As tiers have it. */
  readonly stored: string
  readonly short: string
  /** The name of its namespace; `''` without one. */
  readonly space: string
}

export function modelKey(short: string, space = ''): ModelKey {
  return { stored: prefixOf(space) + short, short, space }
}

/** The key that tiers have so. */
export function modelKeyOf(stored: string): ModelKey {
  if (!isNamespaced(stored)) return modelKey(stored)
  const end = namespaceEnd(stored)
  // Behind the two characters that mark a namespace, and before the one that ends its name.
  return modelKey(stored.slice(end), stored.slice(2, end - 1))
}

/** Where a key is asked for. */
export function verbsOf(cache: TieredCache<number>, space: string): CacheVerbs<number> {
  return space === '' ? cache : cache.namespace<number>(space)
}

/** A version as it is stored: it tells with which tags. */
export function taggedValue(version: number, tags: number): number {
  return version * SETS + tags
}

export function versionOf(value: number): number {
  return Math.floor(value / SETS)
}

export function tagsOf(value: number): number {
  return value % SETS
}

export const EVERY_TAG: number = SETS - 1

/** The names of a set of tags, as a user gives them. */
export function namesOf(tags: number): readonly string[] {
  return TAGS.filter((_, bit) => (tags & (1 << bit)) !== 0)
}

/** The records of the stamps that an entry of the space with these tags has. */
export function stampKeysOf(space: string, tags: number, mode: 'delete' | 'expire'): readonly string[] {
  const prefix = prefixOf(space)
  const stored = namesOf(tags).map((tag) => prefix + tag)
  return [...(space === '' ? [] : [prefix]), ...stored].map((tag) => stampKey(tag, mode))
}

function prefixOf(space: string): string {
  return space === '' ? '' : namespacePrefix(space)
}
