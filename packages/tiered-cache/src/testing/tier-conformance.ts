import type { TestRunner } from './test-runner.ts'
import { concurrencyChecks } from './tier-suite/concurrency.ts'
import { entryChecks, lifeChecks } from './tier-suite/entries.ts'
import { keyChecks } from './tier-suite/keys.ts'
import { closeChecks, removalChecks, reopenChecks, reportChecks } from './tier-suite/reports.ts'
import { synchronousChecks } from './tier-suite/synchronous.ts'
import { checkWith, type TierSuiteOptions } from './tier-suite/tier-suite.ts'
import { referenceChecks, valueChecks } from './tier-suite/values.ts'

/**
 * The proof that a tier keeps the contract of {@link Tier}: registers one test per rule with the runner that is passed
 * in, be it vitest's or that of `node:test`.
 *
 * ```ts
 * import { describe, it } from 'node:test'
 * tierConformance({ describe, it }, { name: 'myTier', createTier: () => myTier() })
 * ```
 * Rules on what a tier need not offer (`clear`, `getFresh`, `measure`, `onRemoval`) pass where it does not.
 */
export function tierConformance(runner: TestRunner, options: TierSuiteOptions): void {
  const { name, keepsReferences = false, reopen } = options
  const check = checkWith(runner, options)
  const groups: readonly (readonly [string, () => void])[] = [
    ['entries', () => entryChecks(check)],
    ['life', () => lifeChecks(check)],
    ['values', () => valueChecks(check)],
    ['references', () => referenceChecks(check, keepsReferences)],
    ['keys', () => keyChecks(check)],
    ['concurrency', () => concurrencyChecks(check)],
    ['synchrony', () => synchronousChecks(check)],
    ['reports', () => reportChecks(check)],
    ['removals', () => removalChecks(check)],
    ['close', () => closeChecks(check)],
    ['restart', () => reopen && reopenChecks(check, reopen)],
  ]
  runner.describe(`${name} as a tier`, () => {
    for (const [group, register] of groups) {
      if (group !== 'restart' || reopen) runner.describe(group, register)
    }
  })
}
