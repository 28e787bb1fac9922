import { afterEach, describe, expect, it, vi } from 'vitest'
import { busConformance } from '../src/testing/index.ts'
import type { Bus } from '../src/tiers/bus.ts'
import { BUS_FAULTS, brokenPair } from './broken-buses.fixture.ts'
import { CollectingRunner } from './collecting-runner.fixture.ts'

/** The deadlines of the suite pass at once. */
function hurry(): void {
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 500))
}

afterEach(() => {
  vi.restoreAllMocks()
})

async function failures(createBus: () => readonly [Bus, Bus]): Promise<readonly string[]> {
  const runner = new CollectingRunner()
  busConformance(runner, { name: 'mine', createBus })
  expect(new Set(runner.names).size).toBe(runner.names.length)
  return [...(await runner.failures()).keys()]
}

describe('busConformance', () => {
  it('passes a bus that keeps the contract', async () => {
    expect(await failures(() => brokenPair(() => ({})))).toEqual([])
  })

  it('passes a bus that cannot go on from a cursor and tells gaps', async () => {
    const forgetful = (bus: Bus): Partial<Bus> => ({
      subscribe: (_from, listener) => bus.subscribe(undefined, listener),
    })
    expect(await failures(() => brokenPair(forgetful))).toEqual([])
  })

  it.each(BUS_FAULTS)('catches a bus that %s', async (_fault, caughtBy, breakIt) => {
    hurry()
    const failed = await failures(() => brokenPair(breakIt))
    expect(failed.filter((name) => caughtBy.test(name))).not.toEqual([])
  })
})
