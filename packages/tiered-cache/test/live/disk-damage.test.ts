import { eventually, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { damageRuns } from '../disk-faults/damage-runs.ts'
import { openDamageRuns } from '../disk-faults/open-damage.ts'

const PATIENCE = { timeout: 240_000 }
const SOON = { within: 60_000 }

describe('Damage to files', PATIENCE, () => {
  const seed = testSeed()
  let tries = 0
  /** A planted bug shows in most rounds, and chance may miss it in one. */
  const next = (): number => seed + 1_000 * tries++

  it.each([
    ['disk', 2_500],
    ['sqlite', 300],
  ] as const)(
    `%s: of a closed tier: no older value, no wrong one, no throw (%i mutations, TEST_SEED=${seed})`,
    async (subject, mutations) => {
      const { complaints, hits, misses } = await damageRuns(subject, mutations, seed)
      expect(complaints).toEqual([])
      expect(Math.min(hits, misses)).toBeGreaterThan(mutations)
    },
  )

  it.each([
    ['disk', 30],
    ['sqlite', 100],
  ] as const)(
    `%s: of an open tier: no older value, no wrong one, no throw (%i rounds, TEST_SEED=${seed})`,
    async (subject, rounds) => {
      const { complaints, hits, misses } = await openDamageRuns(subject, rounds, seed)
      expect(complaints).toEqual([])
      expect(Math.min(hits, misses)).toBeGreaterThan(rounds)
    },
  )

  it(`finds nothing where a tier keeps its word (TEST_SEED=${seed})`, async () => {
    const { complaints, hits, misses } = await damageRuns('plain', 300, seed)
    expect(complaints).toEqual([])
    expect(Math.min(hits, misses)).toBeGreaterThan(0)
  })

  it.each([
    ['plain:skips-damage', /gave \d+, after/],
    ['plain:unchecked', /gave a value that nobody wrote|SyntaxError|gave \d+, after/],
    ['plain:throws', /the log is damaged/],
  ] as const)(`finds out about %s (TEST_SEED=${seed})`, async (subject, sign) => {
    await eventually(async () => sign.test((await damageRuns(subject, 500, next())).complaints.join('\n')), SOON)
  })

  it(`finds out that a tier trusts the files it had open (TEST_SEED=${seed})`, async () => {
    const sign = /gave \d+, after|failed/
    await eventually(async () => sign.test((await openDamageRuns('plain', 20, next())).complaints.join('\n')), SOON)
  })
})
