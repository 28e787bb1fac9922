import type { Bus, BusMessage } from '../../tiers/bus.ts'
import type { MaybePromise } from '../../tiers/tier.ts'
import type { TestRunner } from '../test-runner.ts'
import { Listening, until } from './listening.ts'

/** What {@link busConformance} is to check. */
export interface BusSuiteOptions {
  readonly name: string
  /**
   * Two buses of one new channel, for each check; the suite closes them. They may be one object where that takes several
   * subscriptions at a time.
   */
  readonly createBus: () => MaybePromise<readonly [Bus, Bus]>
}

/** What each check gets: two nodes on a channel of their own. */
interface BusBench {
  readonly a: Bus
  readonly b: Bus
  /** A subscription that knows where it is; ended after the check. */
  readonly listen: (bus: Bus, from?: string) => Promise<Listening>
}

/** Registers one check. */
export type BusCheck = (name: string, body: (bench: BusBench) => Promise<void>) => void

/** The {@link BusCheck} of one suite under one runner. */
export function busCheckWith(runner: TestRunner, suite: BusSuiteOptions): BusCheck {
  return (name, body) => {
    runner.it(name, async () => {
      const [a, b] = await suite.createBus()
      const all: Listening[] = []
      const listen = async (bus: Bus, from?: string): Promise<Listening> => {
        const listening = new Listening(bus, from)
        all.push(listening)
        await until('a subscription catches up', () => bus.hasCaughtUp)
        return listening
      }
      try {
        await body({ a, b, listen })
      } finally {
        for (const listening of all) listening.off()
        await Promise.all([a.close?.(), b.close?.()])
      }
    })
  }
}

/** A message that deletes one key. */
export function deleteOf(...keys: readonly string[]): BusMessage {
  return { origin: 'origin', action: 'delete', keys }
}
