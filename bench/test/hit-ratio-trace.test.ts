import { gunzipSync } from 'node:zlib'
import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { capacitiesOf, weightCapacitiesOf } from '../src/hit-ratio/capacities.ts'
import { decodeTrace, traceOf } from '../src/hit-ratio/trace.ts'
import { encodeTrace } from './made-up-trace.ts'

const SEED = testSeed()

describe('decodeTrace', () => {
  it('reads zigzag-coded steps from id to id', () => {
    // 0, then +1, +1, -2, +2.
    const { ids, unique } = decodeTrace(Uint8Array.of(0, 2, 2, 3, 4))
    expect([...ids]).toEqual([0, 1, 2, 0, 2])
    expect(unique).toBe(3)
  })

  it('reads steps of several bytes', () => {
    // +300 is 600 zigzagged: 0b100_1011000.
    expect([...decodeTrace(Uint8Array.of(0b1101_1000, 0b100)).ids]).toEqual([300])
  })

  it(`reads back what was encoded, small steps and large ones (seed ${SEED})`, () => {
    const random = seededRandom(SEED)
    const ids = Array.from({ length: 2000 }, () => random.int(0, 2 ** random.int(1, 28)))
    expect([...decodeTrace(gunzipSync(encodeTrace(ids))).ids]).toEqual(ids)
  })

  it('reads an empty trace', () => {
    expect(decodeTrace(new Uint8Array())).toEqual({ ids: new Int32Array(), unique: 0 })
  })
})

describe('traceOf', () => {
  it('numbers keys by first appearance', () => {
    expect(traceOf([7, 3, 7, 100, 3])).toEqual({ ids: Int32Array.of(0, 1, 0, 2, 1), unique: 3 })
  })
})

describe('capacitiesOf', () => {
  it('takes shares of the keys', () => {
    expect(capacitiesOf(35_070)).toEqual([175, 701, 2806, 7014, 17_535])
  })

  it('takes 16 at least, and none twice', () => {
    expect(capacitiesOf(1011)).toEqual([16, 20, 81, 202, 506])
    expect(capacitiesOf(100)).toEqual([16, 20, 50])
    expect(capacitiesOf(3)).toEqual([16])
  })

  it('takes shares of the weight, 16 average entries at least', () => {
    expect(weightCapacitiesOf(new Float64Array(100).map((_, id) => (id < 50 ? 10 : 30)))).toEqual([320, 400, 1000])
  })
})
