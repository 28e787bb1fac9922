import { type BusSuiteOptions, busCheckWith } from './bus-suite/bus-suite.ts'
import { messageChecks, orderChecks } from './bus-suite/messages.ts'
import { endChecks, subscriptionChecks } from './bus-suite/subscriptions.ts'
import type { TestRunner } from './test-runner.ts'

/**
 * The proof that a bus keeps the contract of {@link Bus} while nothing fails: registers one test per rule with the runner that
 * is passed in, be it vitest's or that of `node:test`.
 *
 * ```ts
 * import { describe, it } from 'node:test'
 * busConformance({ describe, it }, { name: 'myBus', createBus: () => [myBus('channel'), myBus('channel')] })
 * ```
 * A bus that cannot go on from a cursor passes where it tells a gap instead. That a message is never lost without a gap when
 * connections break is for tests of your own, with real breaks.
 */
export function busConformance(runner: TestRunner, options: BusSuiteOptions): void {
  const check = busCheckWith(runner, options)
  runner.describe(`${options.name} as a bus`, () => {
    runner.describe('messages', () => messageChecks(check))
    runner.describe('order', () => orderChecks(check))
    runner.describe('subscriptions', () => subscriptionChecks(check))
    runner.describe('ends', () => endChecks(check))
  })
}
