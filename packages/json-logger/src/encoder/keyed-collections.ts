import type { PathStep } from '../redact.ts'
import { encodeList } from './containers.ts'
import { MAX_WIDTH } from './limits.ts'
import { ObjectText } from './object-text.ts'
import { threw } from './threw.ts'
import type { Walk } from './walk.ts'

/** A key and its value out of a Map, a Headers or the like. */
type Pair = readonly [key: unknown, value: unknown]

/** A Map: an object where all keys are strings, else an array of pairs. Its own methods are not trusted. */
export function encodeMap(
  walk: Walk,
  map: ReadonlyMap<unknown, unknown>,
  at: PathStep | undefined,
  depth: number,
): string {
  const pairs = firstOf(Map.prototype.entries.call(map))
  const hidden = sizeOf(Map.prototype, map) - pairs.length
  if (pairs.every(([key]) => typeof key === 'string')) return encodePairs(walk, pairs, hidden, at, depth)
  return encodeList(walk, pairs.length + hidden, undefined, (index) =>
    encodePair(walk, pairs[index] as Pair, at, depth + 1),
  )
}

/** A Set as an array. */
export function encodeSet(walk: Walk, set: ReadonlySet<unknown>, at: PathStep | undefined, depth: number): string {
  const values = firstOf(Set.prototype.values.call(set))
  const size = sizeOf(Set.prototype, set)
  return encodeList(walk, size, at, (index, next) => walk.encode(walk, values[index], next, depth + 1))
}

/**
 * Headers, URLSearchParams or FormData as an object; a name that is there more than once has an array. `undefined` where
 * the value only looks like one of them.
 */
export function encodeEntries(
  walk: Walk,
  source: Iterable<unknown>,
  at: PathStep | undefined,
  depth: number,
): string | undefined {
  const byName = new Map<string, unknown[]>()
  for (const pair of firstOf(source)) {
    if (!Array.isArray(pair) || typeof pair[0] !== 'string') return undefined
    const values = byName.get(pair[0])
    if (values === undefined) byName.set(pair[0], [pair[1]])
    else values.push(pair[1])
  }
  const pairs = [...byName].map(([name, values]): Pair => [name, values.length === 1 ? values[0] : values])
  return encodePairs(walk, pairs, 0, at, depth)
}

function encodePairs(
  walk: Walk,
  pairs: readonly Pair[],
  hidden: number,
  at: PathStep | undefined,
  depth: number,
): string {
  const object = new ObjectText(
    walk,
    pairs.map(([key]) => key as string),
  )
  let index = 0
  for (; index < pairs.length && walk.left > 0; index++) {
    const [key, value] = pairs[index] as Pair
    object.key(key as string)
    object.value(encodeUnder(walk, key, value, at, depth + 1))
  }
  return object.end(hidden + pairs.length - index)
}

function encodePair(walk: Walk, [key, value]: Pair, at: PathStep | undefined, depth: number): string {
  return encodeList(walk, 2, undefined, (index) =>
    index === 0 ? walk.encode(walk, key, undefined, depth + 1) : encodeUnder(walk, key, value, at, depth + 1),
  )
}

/** A value under a key of any type; paths lead past strings and numbers by name, past others by `*` alone. */
function encodeUnder(walk: Walk, key: unknown, value: unknown, at: PathStep | undefined, depth: number): string {
  const name = nameOf(key)
  const next = at === undefined ? undefined : walk.redactor.step(at, name)
  if (walk.hides(name, next)) return walk.mask()
  try {
    return walk.encode(walk, value, next, depth)
  } catch (error) {
    return threw(walk, error)
  }
}

function nameOf(key: unknown): string {
  return typeof key === 'string' ? key : typeof key === 'number' ? String(key) : '*'
}

function firstOf<T>(source: Iterable<T>): T[] {
  const first: T[] = []
  for (const item of source) {
    first.push(item)
    if (first.length === MAX_WIDTH) break
  }
  return first
}

function sizeOf(prototype: object, collection: object): number {
  return Reflect.get(prototype, 'size', collection) as number
}
