import { describe, expect, it } from 'vitest'
import { type Case, CASES } from '../src/memory/cases.ts'
import { type ContestantId, subjectOf } from '../src/memory/contestants.ts'
import { fill } from '../src/memory/fill.ts'
import { CHUNK, readThroughLoop, setLoop, type Tally } from '../src/memory/loops.ts'
import { drawUniform, drawZipf, makePairs } from '../src/memory/pairs.ts'

const ENTRIES = 1000
const contestantsOf = (...kinds: readonly Case['kind'][]): ContestantId[] => {
  const cases: readonly Case[] = CASES
  return [...new Set(cases.filter(({ kind }) => kinds.includes(kind)).flatMap(({ contestants }) => contestants))]
}
const open = async (contestant: ContestantId) => (await subjectOf(contestant, 'store'))(ENTRIES)

// What is compared must be the same work: a store that dropped, kept or copied other things would look fast or small.
describe('the stores of the contest', () => {
  it.each(contestantsOf('hit', 'miss', 'overwrite'))('%s gives the very values that it got', async (contestant) => {
    const store = await open(contestant)
    const pairs = makePairs(ENTRIES)
    await fill(store, pairs)
    for (const [at, key] of pairs.keys.entries()) expect(store.get(key)).toBe(pairs.values[at])
    expect(store.get('none:1000000')).toBeUndefined()
  })

  it.each(contestantsOf('overwrite'))('%s gives the newer of two values', async (contestant) => {
    const store = await open(contestant)
    await fill(store, makePairs(ENTRIES))
    const newer = makePairs(ENTRIES)
    await fill(store, newer)
    for (const [at, key] of newer.keys.entries()) expect(store.get(key)).toBe(newer.values[at])
  })

  it.each(contestantsOf('evict', 'replay', 'growth'))('%s keeps its bound', async (contestant) => {
    const store = await open(contestant)
    const pairs = makePairs(CHUNK)
    setLoop(store, pairs, 0)
    const kept = pairs.keys.filter((key) => store.get(key) !== undefined).length
    // quick-lru promises no more than twice its bound.
    const most = contestant === 'quick-lru' ? 2 * ENTRIES : ENTRIES
    expect(kept).toBeGreaterThanOrEqual(ENTRIES)
    expect(kept).toBeLessThanOrEqual(most)
  })

  it.each(contestantsOf('awaited'))('%s answers promises', async (contestant) => {
    const store = (await subjectOf(contestant, 'awaited'))(ENTRIES)
    const pairs = makePairs(ENTRIES)
    await fill(store, pairs)
    const pending = store.get(pairs.keys[7] as string)
    expect(pending).toBeInstanceOf(Promise)
    expect(await pending).toBe(pairs.values[7])
  })
})

describe('readThroughLoop', () => {
  it('loads what is missing, once', async () => {
    const store = (await subjectOf('map', 'store'))(ENTRIES)
    const sequence = drawUniform(makePairs(100), CHUNK)
    const tally: Tally = { reads: 0, misses: 0, last: undefined }
    readThroughLoop(store, sequence, 0, tally)
    expect(tally).toEqual({ reads: CHUNK, misses: new Set(sequence.keys).size, last: sequence.values.at(-1) })
  })
})

describe('the pairs of the contest', () => {
  it('have distinct keys of one length, each with a value of its own', () => {
    const { keys, values } = makePairs(ENTRIES)
    expect(new Set(keys).size).toBe(ENTRIES)
    expect(new Set(keys.map((key) => key.length))).toEqual(new Set([12]))
    expect(values.map(({ id }) => id)).toEqual(Array.from({ length: ENTRIES }, (_, id) => id))
  })

  it('are drawn the same in every process, with the value of the key', () => {
    const pairs = makePairs(ENTRIES)
    const drawn = drawZipf(pairs, CHUNK, 0.9)
    expect(drawZipf(makePairs(ENTRIES), CHUNK, 0.9)).toEqual(drawn)
    for (const [at, key] of drawn.keys.entries()) expect(pairs.keys[drawn.values[at]?.id as number]).toBe(key)
  })

  it('are drawn as often as Zipf says', () => {
    const draws = 2 ** 18
    const counts = new Map<string, number>()
    for (const key of drawZipf(makePairs(ENTRIES), draws, 0.9).keys) counts.set(key, (counts.get(key) ?? 0) + 1)
    const found = [...counts.values()].toSorted((a, b) => b - a)
    const weights = Array.from({ length: ENTRIES }, (_, rank) => (rank + 1) ** -0.9)
    const sum = weights.reduce((all, weight) => all + weight)
    for (const rank of [0, 1, 9, 99]) {
      expect((found[rank] as number) / draws / ((weights[rank] as number) / sum)).toBeCloseTo(1, 0)
    }
    const topTenth = found.slice(0, ENTRIES / 10).reduce((all, count) => all + count) / draws
    const expected = weights.slice(0, ENTRIES / 10).reduce((all, weight) => all + weight) / sum
    expect(Math.abs(topTenth - expected)).toBeLessThan(0.01)
  })
})
