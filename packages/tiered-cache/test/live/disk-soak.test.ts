import { testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { growthOf } from '../disk-faults/soak.ts'
import { soakProcess } from '../disk-faults/soak-process.ts'

const PATIENCE = { timeout: 300_000 }

// Side by side: each is a process of its own, and leaves the machine to the other tests most of the time.
describe.concurrent('A tier at its bound', PATIENCE, () => {
  const seed = testSeed()

  it.each([
    ['disk', 120],
    ['sqlite', 120],
    ['plain', 20],
  ] as const)(
    `%s: takes no more room, memory or files with time (%i s, TEST_SEED=${seed})`,
    async (subject, seconds) => {
      const outcome = await soakProcess(subject, seconds, seed, 'calm')
      expect(growthOf(outcome)).toEqual([])
      expect(outcome.complaints).toEqual([])
      expect(outcome.rejected).toBe(0)
    },
  )

  it.each([
    ['plain:grows', /bytes on disk/],
    ['plain:leaves-files', /files|bytes on disk/],
  ] as const)(`finds out about %s (TEST_SEED=${seed})`, async (subject, sign) => {
    expect(growthOf(await soakProcess(subject, 1, seed)).join('\n')).toMatch(sign)
  })
})
