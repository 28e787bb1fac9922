import type { Entry } from '../src/entry.ts'
import type { Tier } from '../src/tiers/tier.ts'
import { referenceTier } from './plain-tiers.fixture.ts'

type Fault = readonly [fault: string, caughtBy: RegExp, breakIt: (tier: Tier) => Partial<Tier>]

/** Each is a tier that copies with one fault. */
export const COPYING_FAULTS: readonly Fault[] = [
  ['keeps the object of the caller', /does not follow a change/, () => referenceTier()],
  ['encodes as JSON without a look', /keeps (a Date|NaN|a Map), or refuses it/, jsonValues],
  ['drops functions silently', /refuses a function/, jsonValues],
  ['refuses without a path', /refuses a function/, () => ({ set: () => Promise.reject(new TypeError('no')) })],
  ['answers before it has stored', /gives the entry that was set/, hastySets],
  ['writes facts after the value', /one whole entry/, tornSets],
]

function jsonValues(tier: Tier): Partial<Tier> {
  return { set: (key, entry) => tier.set(key, { ...entry, value: JSON.parse(JSON.stringify(entry.value ?? null)) }) }
}

function hastySets(tier: Tier): Partial<Tier> {
  const later = async (key: string, entry: Entry): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    await tier.set(key, entry)
  }
  return { set: (key, entry) => void later(key, entry).catch(() => {}) }
}

function tornSets(tier: Tier): Partial<Tier> {
  return {
    async set(key, entry) {
      const before = await tier.get(key)
      await tier.set(key, { ...(before ?? entry), value: entry.value })
      await tier.set(key, entry)
    },
  }
}
