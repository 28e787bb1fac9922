import { testSeed } from '@org/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainPlan, randomPlan, type Sabotage } from '../coherence/plan.ts'
import { Seeds } from '../coherence/seeds.ts'

const SEEDS = 5
/** One of them nearly always is enough. */
const SABOTAGED_SEEDS = [1, 2, 3]

describe('Coherence of processes', { timeout: 180_000 }, () => {
  const first = testSeed()
  let seeds: Seeds

  beforeAll(async () => {
    seeds = await Seeds.open()
  })
  afterAll(() => seeds?.close())

  it.each(Array.from({ length: SEEDS }, (_, at) => first + at))(
    'holds over a random history of kills, cuts and restarts (TEST_SEED=%i)',
    async (seed) => {
      const { violations, lines } = await seeds.play(seed, randomPlan)
      // Processes have a pace of their own: what happened this time may not happen again.
      if (violations.length > 0) console.log(lines.join('\n'))
      expect(violations, `TEST_SEED=${seed}`).toEqual([])
    },
  )

  it('finds nothing in a history without faults, where nothing is switched off', async () => {
    const { violations, checkedLoads } = await seeds.play(SABOTAGED_SEEDS[0] as number, (random) =>
      plainPlan(random, {}),
    )
    expect(violations).toEqual([])
    expect(checkedLoads).toBeGreaterThan(0)
  })

  const sabotages: readonly [string, Sabotage, RegExp][] = [
    ['leases are off', { lease: 'off' }, /while node \d does, each with a lease|Redis: . \d+, after \d+ was promised/],
    ['the bus loses messages', { bus: 'lossy' }, /get(OrSet)? on node \d.*: . \d+, after \d+ was promised/],
  ]
  it.each(sabotages)('finds out that %s', async (_, sabotage, sign) => {
    const found: string[] = []
    for (const seed of SABOTAGED_SEEDS) {
      if (found.length === 0)
        found.push(...(await seeds.play(seed, (random) => plainPlan(random, sabotage))).violations)
    }
    expect(found.join('\n')).toMatch(sign)
  })
})
