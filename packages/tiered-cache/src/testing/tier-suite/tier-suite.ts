import { ManualClock } from '@org/breaker/testing'
import type { Clock } from '../../clock.ts'
import { type Entry, makeEntry } from '../../entry.ts'
import type { MaybePromise, Tier } from '../../tiers/tier.ts'
import type { TestRunner } from '../test-runner.ts'

/** What {@link tierConformance} is to check. */
export interface TierSuiteOptions {
  readonly name: string
  /**
   * A new and empty tier for each check, with room for 1 000 entries and for a value of 1 MiB. The suite closes it. The
   * clock begins at the instant of the machine.
   */
  readonly createTier: (clock: Clock) => MaybePromise<Tier>
  /** For tiers that survive a restart: gets the closed tier, gives a new one over the same data. */
  readonly reopen?: ((tier: Tier) => MaybePromise<Tier>) | undefined
  /** True for tiers whose `get` gives the very object that was stored. Default false: it gives a copy. */
  readonly keepsReferences?: boolean | undefined
}

/** What each check gets: a tier of its own. */
export interface Bench {
  readonly tier: Tier
  readonly clock: ManualClock
  readonly suite: TierSuiteOptions
  /** An entry stored now, fresh for an hour and stale for another; `facts` replace what they name. */
  readonly entry: (value: unknown, facts?: Partial<Entry>) => Entry
}

/** Registers one check; its tier is made, opened and closed around it. */
export type Check = (name: string, body: (bench: Bench) => MaybePromise<void>) => void

const HOUR_MS = 3_600_000

/** The {@link Check} of one suite under one runner. */
export function checkWith(runner: TestRunner, suite: TierSuiteOptions): Check {
  return (name, body) => {
    runner.it(name, async () => {
      const clock = new ManualClock(Date.now())
      const tier = await suite.createTier(clock)
      try {
        await tier.open?.()
        await body({ tier, clock, suite, entry: (value, facts) => entryAt(clock.now(), value, facts) })
      } finally {
        await tier.close?.()
      }
    })
  }
}

function entryAt(storedAt: number, value: unknown, facts: Partial<Entry> = {}): Entry {
  return { ...makeEntry(value, storedAt, HOUR_MS, HOUR_MS, 0), ...facts }
}
