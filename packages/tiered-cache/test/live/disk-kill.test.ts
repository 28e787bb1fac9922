import { eventually, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { killRuns } from '../disk-faults/kill-runs.ts'

const LANES = 2
const PATIENCE = { timeout: 300_000 }

describe('kill -9', PATIENCE, () => {
  const seed = testSeed()

  it.each([
    ['disk', 200],
    ['sqlite', 32],
    ['plain', 16],
  ] as const)(`%s: loses no acknowledged write, %i times (TEST_SEED=${seed})`, async (subject, times) => {
    const { complaints, acknowledged, kills } = await killRuns(subject, times, seed, LANES)
    expect(complaints).toEqual([])
    expect(kills).toBe(times)
    expect(acknowledged).toBeGreaterThan(times)
  })

  it.each([
    ['plain:acks-early', /lost \d+|gave \d+, after/],
    ['plain:forgets-deletes', /gave \d+, after the delete/],
    ['plain:late-memory', /gave \d+ after the (set|delete) \d+ was begun|gave \d+, after/],
  ] as const)(`finds out about %s (TEST_SEED=${seed})`, async (subject, sign) => {
    // It shows in most rounds, and chance may miss it in one.
    let rounds = 0
    const round = async (): Promise<boolean> => {
      const { complaints } = await killRuns(subject, 80, seed + 1_000 * rounds++, LANES)
      return sign.test(complaints.join('\n'))
    }
    await eventually(round, { within: 120_000 })
  })
})
