import { describe, expect, it } from 'vitest'
import { ADVERSARY_IDS, adversaryWorkload } from '../src/hit-ratio/adversaries.ts'
import { collidingKeys, hashOf } from '../src/hit-ratio/collisions.ts'
import { LIVES, livesWorkload } from '../src/hit-ratio/lives.ts'
import { MADE_TRACES, makeTrace } from '../src/hit-ratio/made-traces.ts'
import { SPREADINGS, weightsOf } from '../src/hit-ratio/weights.ts'
import type { Workload } from '../src/hit-ratio/workload.ts'

describe.each(MADE_TRACES)('makeTrace %s', (name) => {
  it('makes the same trace each time, numbered by first appearance', () => {
    const trace = makeTrace(name, 20_000)
    expect(makeTrace(name, 20_000)).toEqual(trace)
    expect([...new Set(trace.ids)]).toEqual(Array.from({ length: trace.unique }, (_, id) => id))
  })

  it('comes back to keys', () => {
    const { ids, unique } = makeTrace(name, 20_000)
    expect(unique).toBeLessThan(ids.length * 0.8)
  })
})

describe.each(SPREADINGS)('weightsOf %s', (spreading) => {
  const weights = weightsOf(20_000, spreading)

  it('draws the same whole weights each time', () => {
    expect(weightsOf(20_000, spreading)).toEqual(weights)
    expect(weights.every((weight) => Number.isInteger(weight) && weight >= 100)).toBe(true)
  })

  it('puts half of the weight into a tenth of the keys', () => {
    const heaviest = weights.toSorted((a, b) => b - a)
    expect(sum(heaviest.subarray(0, 2000))).toBeGreaterThan(sum(weights) / 2)
  })
})

describe.each(['times31', 'fnv1a'] as const)('collidingKeys %s', (hash) => {
  it('finds different keys of one hash', () => {
    const keys = collidingKeys(hash, 4)
    expect(new Set(keys).size).toBe(16)
    expect(new Set(keys.map((key) => hashOf(hash, key))).size).toBe(1)
  })
})

describe('hashOf', () => {
  it('is what is published', () => {
    expect(hashOf('times31', 'hello')).toBe(99_162_322)
    expect(hashOf('fnv1a', 'foobar') >>> 0).toBe(0xbf9cf968)
  })
})

describe.each(LIVES)('livesWorkload %s', (id) => {
  it('is the same each time and gives every key a life', () => {
    const workload = livesWorkload(id, 20_000)
    expect(livesWorkload(id, 20_000)).toEqual(workload)
    expect(workload.lives?.every((life) => life > 0)).toBe(true)
  })
})

describe.each(ADVERSARY_IDS)('adversaryWorkload %s', (id) => {
  it('is the same each time and names every key once', () => {
    const workload: Workload = adversaryWorkload(id, 20_000)
    expect(adversaryWorkload(id, 20_000)).toEqual(workload)
    expect(new Set(workload.keys).size).toBe(workload.trace.unique)
  })
})

function sum(numbers: Float64Array): number {
  return numbers.reduce((total, each) => total + each, 0)
}
