import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sampleBeside } from '../src/freshness/beside.ts'
import { type Case, type CaseKind, CASES } from '../src/freshness/cases.ts'
import { type ContestantId, subjectOf } from '../src/freshness/contestants.ts'
import { sampleMany } from '../src/freshness/many.ts'
import type { ManyStore, ReadThrough, SweptStore } from '../src/freshness/subject.ts'
import { sampleGone, sampleInvalidations } from '../src/freshness/swept.ts'
import { sampleWaiters } from '../src/freshness/waiters.ts'
import { fill } from '../src/memory/fill.ts'
import { makePairs } from '../src/memory/pairs.ts'
import type { Store, Value } from '../src/memory/store.ts'

const ENTRIES = 100
// One chunk: enough to find out whether the work is the same.
const ONCE = { warmUpMs: 0, measureMs: 0, share: 1 / 64 }
const contestantsOf = (kind: CaseKind): ContestantId[] => {
  const cases: readonly Case[] = CASES
  return [...new Set(cases.filter((one) => one.kind === kind).flatMap(({ contestants }) => contestants))]
}

// A sample is made in a process that has it; here nothing is measured.
beforeAll(() => {
  vi.stubGlobal('gc', () => {})
})
afterAll(() => {
  vi.unstubAllGlobals()
})

// What is compared must be the same work: one that misses, loads twice or forgets nothing would look fast.
describe('the contestants', () => {
  const idsOf = async (store: Store<unknown>): Promise<unknown[]> => {
    const pairs = makePairs(ENTRIES)
    await fill(store, pairs)
    return Promise.all(pairs.keys.map(async (key) => ((await store.get(key)) as Value | undefined)?.id))
  }
  const all = Array.from({ length: ENTRIES }, (_, id) => id)

  it.each(contestantsOf('sync'))('getSync: %s gives what was set', async (id) => {
    expect(await idsOf((await subjectOf(id, 'sync'))(ENTRIES))).toEqual(all)
  })

  it.each(contestantsOf('get'))('get: %s gives what was set', async (id) => {
    expect(await idsOf((await subjectOf(id, 'get'))(ENTRIES))).toEqual(all)
  })

  it.each(contestantsOf('get-or-set'))('getOrSet: %s gives what was set', async (id) => {
    expect(await idsOf((await subjectOf(id, 'getOrSet'))(ENTRIES))).toEqual(all)
  })

  it.each(contestantsOf('beside'))('getSync: %s keeps what has other tags than those that go', async (id) => {
    const sample = await sampleBeside((await subjectOf(id, 'beside'))(ENTRIES), ENTRIES, ONCE)
    expect(sample.cpuNs).toBeGreaterThan(0)
  })

  it.each(contestantsOf('gone'))('get: %s lets all entries go', async (id) => {
    const sample = await sampleGone(await subjectOf(id, 'swept'), ENTRIES, ONCE)
    expect(sample.sink).toBe(2 * ENTRIES)
  })

  it.each(contestantsOf('invalidate'))('invalidateTag: %s lets all entries go', async (id) => {
    const sample = await sampleInvalidations(await subjectOf(id, 'tagged'), ENTRIES, ONCE)
    expect(sample).toMatchObject({ sink: 1, wallNs: expect.any(Number), afterNs: expect.any(Number) })
  })

  it.each(contestantsOf('waiters'))('%s loads once for all that wait', async (id) => {
    const sample = await sampleWaiters((await subjectOf(id, 'readThrough'))(), ENTRIES, ONCE)
    expect(sample).toMatchObject({ sink: 2, wallNs: expect.any(Number) })
  })

  it.each(contestantsOf('many'))('%s loads what is missing, and that alone', async (id) => {
    const sample = await sampleMany(await subjectOf(id, 'many'), ENTRIES, ONCE)
    expect(sample.sink).toBe(2 * 50 * 50)
  })
})

describe('the samples of freshness', () => {
  const keeping = (): SweptStore & Map<string, Value> => {
    const map = new Map<string, Value>()
    return Object.assign(map, { sweep: async () => {} }) as never
  }

  it('are none of a store that forgets nothing', async () => {
    await expect(sampleGone(keeping, ENTRIES, ONCE)).rejects.toThrow('which is gone')
    await expect(sampleInvalidations(keeping, ENTRIES, ONCE)).rejects.toThrow('gives 2 of 2 keys that are gone')
  })

  it('are none of a store that holds nothing', async () => {
    const empty: SweptStore = { set: () => {}, get: async () => undefined, sweep: async () => {} }
    await expect(sampleGone(() => empty, ENTRIES, ONCE)).rejects.toThrow('misses user:1000000, which was set')
    const beside = { set: () => {}, get: () => undefined, invalidateAnother: async () => {} }
    await expect(sampleBeside(beside, ENTRIES, ONCE)).rejects.toThrow('misses')
  })

  it('are none of who loads for each waiter, or gives one of them something else', async () => {
    const eager: ReadThrough = async (_key, load) => load()
    await expect(sampleWaiters(eager, 3, ONCE)).rejects.toThrow('loaded 3 times for 3 waiters')
    let calls = 0
    const wrong: ReadThrough = async (_key, load) => (calls++ === 0 ? load() : { id: -1 })
    await expect(sampleWaiters(wrong, 3, ONCE)).rejects.toThrow('a waiter got another value')
  })

  it('are none of who loads what is there, or leaves a key out', async () => {
    const loading = (): ManyStore => ({ set: () => {}, getAll: async (keys, load) => keys.map(load) })
    await expect(sampleMany(loading, ENTRIES, ONCE)).rejects.toThrow('loaded 5000 keys of 2500')
    const lazy = (): ManyStore => ({ set: () => {}, getAll: async () => [] })
    await expect(sampleMany(lazy, ENTRIES, ONCE)).rejects.toThrow('gives 0 values for 100 keys')
  })
})
