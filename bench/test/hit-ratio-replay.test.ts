import { describe, expect, it } from 'vitest'
import { CONTESTANTS, makeCache } from '../src/hit-ratio/caches.ts'
import { makeTrace } from '../src/hit-ratio/made-traces.ts'
import { optimalRatio } from '../src/hit-ratio/optimum.ts'
import { hitRatio } from '../src/hit-ratio/replay.ts'
import { traceOf } from '../src/hit-ratio/trace.ts'
import { plainKeys, plainWorkload, type Workload } from '../src/hit-ratio/workload.ts'

const TRACE = makeTrace('made-zipf-scan', 30_000)
const WORKLOAD = plainWorkload(TRACE)

describe.each(CONTESTANTS)('hitRatio of %s', (contestant) => {
  it('misses each key once where all fit', () => {
    const ratio = hitRatio(WORKLOAD, makeCache(contestant, WORKLOAD, TRACE.unique))
    expect(ratio).toBeCloseTo(1 - TRACE.unique / TRACE.ids.length, 9)
  })

  it('repeats to the last hit and stays below the optimum', () => {
    const ratio = hitRatio(WORKLOAD, makeCache(contestant, WORKLOAD, 200))
    expect(hitRatio(WORKLOAD, makeCache(contestant, WORKLOAD, 200))).toBe(ratio)
    expect(ratio).toBeGreaterThan(0.05)
    expect(ratio).toBeLessThan(optimalRatio(TRACE, 200))
  })

  it('counts a key whose life is over as missed', () => {
    // Asked for 0, 1, 2, 3, 4 and 5 ms after the start, written anew after each miss.
    expect(hitRatio(oneKey(2), makeCache(contestant, oneKey(2), 16))).toBe(3 / 6)
    expect(hitRatio(oneKey(3), makeCache(contestant, oneKey(3), 16))).toBe(4 / 6)
  })

  it('bounds the weight where entries weigh', () => {
    const trace = traceOf([1, 2, 1, 2, 1, 2])
    const workload = (weights: readonly number[]): Workload => ({
      trace,
      keys: plainKeys(2),
      weights: Float64Array.from(weights),
      capacities: [10],
    })
    expect(hitRatio(workload([5, 5]), makeCache(contestant, workload([5, 5]), 10))).toBe(4 / 6)
    expect(hitRatio(workload([5, 6]), makeCache(contestant, workload([5, 6]), 10))).toBeLessThanOrEqual(2 / 6)
    expect(hitRatio(workload([11, 11]), makeCache(contestant, workload([11, 11]), 10))).toBe(0)
  })
})

describe('hitRatio', () => {
  it("is the same for our 'lru' as for lru-cache, which is one as well", () => {
    for (const capacity of WORKLOAD.capacities) {
      const [ours, theirs] = (['lru', 'lru-cache'] as const).map((id) =>
        hitRatio(WORKLOAD, makeCache(id, WORKLOAD, capacity)),
      )
      expect(ours, `at ${capacity}`).toBe(theirs)
    }
  })
})

function oneKey(lifeMs: number): Workload {
  const trace = traceOf([1, 1, 1, 1, 1, 1])
  return { trace, keys: plainKeys(1), lives: Float64Array.of(lifeMs), capacities: [16] }
}
