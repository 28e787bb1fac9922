import { seededRandom } from '@org/testkit'
import type { Value } from './store.ts'

/** Keys and their values, side by side; a sequence of calls where it was drawn, so that the loop only walks along. */
export interface Pairs {
  readonly keys: readonly string[]
  readonly values: readonly Value[]
}

/** Every run draws the same, and every contestant gets it. */
const SEED = 20_260_101
/** Keys get all the same length, below 13 characters: V8 would make two strings of a longer template. */
const FIRST_NUMBER = 1_000_000

/** The key with that number; they are distinct up to nine million. */
export function keyOf(prefix: 'user' | 'none', number: number): string {
  return `${prefix}:${FIRST_NUMBER + number}`
}

/** So many distinct keys with values of their own. */
export function makePairs(count: number, prefix: 'user' | 'none' = 'user'): Pairs {
  const keys = Array.from({ length: count }, (_, number) => keyOf(prefix, number))
  const values = Array.from({ length: count }, (_, id) => ({ id }))
  hash(keys)
  return { keys, values }
}

/**
 * As many new keys, from the number `first` on, as nobody has looked up yet: that of a set in a program mostly comes from a request
 * or a template, and the Map in every contestant reckons its hash first.
 */
export function makeNewPairs(first: number, count: number): Pairs {
  const keys = Array.from({ length: count }, (_, index) => keyOf('user', first + index))
  return { keys, values: Array.from({ length: count }, (_, index) => ({ id: first + index })) }
}

/** Calls with a key of `pairs` each, all of them as likely. */
export function drawUniform(pairs: Pairs, length: number): Pairs {
  const random = seededRandom(SEED)
  const count = pairs.keys.length
  return pick(pairs, length, () => Math.floor(random.next() * count))
}

/** Calls with a key of `pairs` each: the n-th likeliest is n ** -exponent as likely as the first, wherever it lies. */
export function drawZipf(pairs: Pairs, length: number, exponent: number): Pairs {
  const random = seededRandom(SEED)
  const count = pairs.keys.length
  const keyOfRank = Uint32Array.from(random.shuffle(Array.from({ length: count }, (_, index) => index)))
  const sums = zipfSums(count, exponent)
  const guide = guideOf(sums)
  return pick(pairs, length, () => {
    const chance = random.next()
    let rank = guide[Math.floor(chance * count)] as number
    while ((sums[rank] as number) <= chance) rank++
    return keyOfRank[rank] as number
  })
}

function pick(pairs: Pairs, length: number, draw: () => number): Pairs {
  const keys = new Array<string>(length)
  const values = new Array<Value>(length)
  for (let at = 0; at < length; at++) {
    const index = draw()
    keys[at] = pairs.keys[index] as string
    values[at] = pairs.values[index] as Value
  }
  return { keys, values }
}

/** For each rank the chance that a draw gives it or one before it; the last is 1. */
function zipfSums(count: number, exponent: number): Float64Array {
  const sums = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += (rank + 1) ** -exponent
    sums[rank] = sum
  }
  return sums.map((each) => each / sum)
}

/** Where to begin to look for a chance: the first rank that can have it, for each of as many equal parts as there are ranks. */
function guideOf(sums: Float64Array): Uint32Array {
  const guide = new Uint32Array(sums.length)
  let rank = 0
  for (let part = 0; part < guide.length; part++) {
    while ((sums[rank] as number) <= part / guide.length) rank++
    guide[part] = rank
  }
  return guide
}

/**
 * A string that nobody looked up has no hash yet: it takes several times a set, everybody would pay for it alike, and the
 * ratios would shrink. V8 leaves out a look-up of which nobody uses the answer.
 */
function hash(keys: readonly string[]): void {
  const others = new Set([''])
  let found = 0
  for (const key of keys) if (others.has(key)) found++
  if (found > 0) throw new Error('a key must not be empty')
}
