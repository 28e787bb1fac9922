import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeTrace } from '../src/hit-ratio/made-traces.ts'
import { measureCells } from '../src/hit-ratio/measure-cells.ts'
import { optimalRatio } from '../src/hit-ratio/optimum.ts'
import { findTraceFolder } from '../src/hit-ratio/trace-folder.ts'
import { startProgress } from '../src/progress.ts'
import { UsageError } from '../src/usage-error.ts'
import { encodeTrace } from './made-up-trace.ts'

const TRACE = makeTrace('made-zipf', 5000)

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'traces-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('findTraceFolder', () => {
  it('finds the traces of a folder, smallest first, with what is known of them', () => {
    writeFileSync(join(folder, 'long.dvz.gz'), encodeTrace([...TRACE.ids]))
    writeFileSync(join(folder, 'short.dvz.gz'), encodeTrace([0, 1, 0]))
    writeFileSync(join(folder, 'README.md'), 'no trace')
    const anchor = { opt: 0.5, caffeineHead: 0.4, lruCache: 0.3 }
    writeFileSync(join(folder, 'anchors.json'), JSON.stringify({ short: { 16: anchor } }))
    const found = findTraceFolder(folder)
    expect(found?.files.map(({ name }) => name)).toEqual(['short', 'long'])
    expect(found?.anchors).toEqual({ short: { 16: { optimum: 0.5, caffeine: 0.4 } } })
  })

  it('refuses a named folder without traces', () => {
    expect(() => findTraceFolder(folder)).toThrow(UsageError)
    expect(() => findTraceFolder(join(folder, 'missing'))).toThrow('BENCH_TRACES must name a folder')
  })

  it('finds none where there is no folder beside the repository and none is named', () => {
    expect(findTraceFolder(undefined, join(folder, 'missing'))).toBeUndefined()
    expect(findTraceFolder('', folder)).toBeUndefined()
  })
})

describe('measureCells', () => {
  const measure = () =>
    measureCells(
      { folder: findTraceFolder(folder), quick: true },
      startProgress(2, { write: () => {} }),
      new AbortController().signal,
    )

  it('replays every trace in processes, reckons the optimum that is not known, and tells what failed', async () => {
    writeFileSync(join(folder, 'recorded.dvz.gz'), encodeTrace([...TRACE.ids]))
    writeFileSync(join(folder, 'broken.dvz.gz'), 'this is no gzip')
    writeFileSync(join(folder, 'anchors.json'), JSON.stringify({ recorded: { 16: { opt: 0.123, caffeineHead: 0.4 } } }))
    const found = await measure()
    expect(found.traces).toEqual([{ name: 'recorded', requests: TRACE.ids.length, unique: TRACE.unique }])
    expect(found.faults).toEqual([expect.stringMatching(/^broken: /)])
    const [smallest, ...others] = found.cells
    expect(smallest).toMatchObject({ trace: 'recorded', capacity: 16, ratios: { optimum: 0.123, caffeine: 0.4 } })
    for (const { capacity, ratios } of others) {
      expect(ratios.optimum).toBe(optimalRatio(TRACE, capacity))
      expect(Object.keys(ratios).toSorted()).toEqual(['lru', 'lru-cache', 'optimum', 'sieve', 'tinylfu'])
    }
    expect(new Set(found.trials.map(({ kind }) => kind))).toEqual(new Set(['weights', 'lives', 'adversary']))
  }, 60_000)
})
