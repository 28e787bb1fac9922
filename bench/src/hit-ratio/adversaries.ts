import { type Random, seededRandom } from '@org/testkit'
import { collidingKeys, type HashId } from './collisions.ts'
import { traceOf } from './trace.ts'
import { plainKeys, type Workload } from './workload.ts'
import { zipf } from './zipf.ts'

const REQUESTS = 300_000
const SEED = 13
/** Keys from here on are the adversary's own. */
const FOREIGN = 1_000_000

/** Traffic that is meant to harm a cache of any of the capacities. */
interface Adversary {
  readonly says: string
  readonly capacities: readonly number[]
  readonly draw: (random: Random) => (request: number) => number
  /** Names the adversary's own keys. */
  readonly hash?: HashId
}

const ANY: readonly number[] = [100, 500, 2000]

const ADVERSARIES = {
  'collisions-31': {
    says: 'half of the requests are for 1024 keys of one hash h * 31 + c',
    hash: 'times31',
    ...flood(),
  },
  'collisions-fnv': { says: 'half of the requests are for 1024 keys of one FNV-1a', hash: 'fnv1a', ...flood() },
  'locked-out': {
    says: 'keys of one FNV-1a are read 20 times each, then among Zipf(0.9) one of them in a hundred requests',
    capacities: ANY,
    hash: 'fnv1a',
    draw: (random) => thenMixed(zipf(10_000, 0.9, random)),
  },
  hammered: { says: 'three of four requests are for one key, the rest Zipf(0.8)', capacities: ANY, draw: hammer },
  'hot-then-gone': {
    says: '2000 keys are read 30 times each and never again, then Zipf(0.9)',
    capacities: ANY,
    draw: (random) => firstHot(zipf(10_000, 0.9, random)),
  },
  scans: { says: 'a scan of 5000 new keys after each 5000 requests of Zipf(0.8)', capacities: ANY, draw: scans },
  'loop-101': { says: 'a loop over 101 keys', capacities: [100], draw: () => (request) => request % 101 },
  'loop-550': { says: 'a loop over 550 keys', capacities: [500], draw: () => (request) => request % 550 },
  'loop-2100': { says: 'a loop over 2100 keys', capacities: [2000], draw: () => (request) => request % 2100 },
  soon: {
    says: 'each key comes back once, 40 keys later',
    capacities: ANY,
    draw: () => (request) => FOREIGN + (request % 2 === 0 ? request : Math.abs(request - 81)),
  },
  'new-hot-set': {
    says: 'Zipf(0.9) over 5000 keys, all of them new after each 20,000 requests',
    capacities: ANY,
    draw: (random) => renewed(zipf(5000, 0.9, random)),
  },
} as const satisfies Record<string, Adversary>

/** Traffic that is meant to harm. */
export type AdversaryId = keyof typeof ADVERSARIES

/** Their ids. */
export const ADVERSARY_IDS: readonly AdversaryId[] = Object.keys(ADVERSARIES) as AdversaryId[]

/** What it does, in words. */
export function adversaryText(id: AdversaryId): string {
  return ADVERSARIES[id].says
}

/** The workload of an adversary; the same at each call. */
export function adversaryWorkload(id: AdversaryId, requests: number = REQUESTS): Workload {
  const { draw, capacities, hash }: Adversary = ADVERSARIES[id]
  const next = draw(seededRandom(SEED))
  const drawn = Array.from({ length: requests }, (_, request) => next(request))
  const trace = traceOf(drawn)
  const keys = plainKeys(trace.unique)
  if (hash !== undefined) {
    const colliding = collidingKeys(hash, 10)
    for (const [request, key] of drawn.entries()) {
      if (key >= FOREIGN) keys[trace.ids[request] as number] = colliding[key - FOREIGN] as string
    }
  }
  return { trace, keys, capacities }
}

function flood(): Pick<Adversary, 'capacities' | 'draw'> {
  return {
    capacities: ANY,
    draw: (random) => {
      const honest = zipf(10_000, 0.9, random)
      return (request) => (request % 2 === 0 ? FOREIGN + ((request / 2) % 1024) : honest())
    },
  }
}

function thenMixed(honest: () => number): (request: number) => number {
  return (request) => {
    if (request < 20 * 1024) return FOREIGN + Math.floor(request / 20)
    return request % 100 === 0 ? FOREIGN + ((request / 100) % 1024) : honest()
  }
}

function hammer(random: Random): (request: number) => number {
  const honest = zipf(10_000, 0.8, random)
  return (request) => (request % 4 === 0 ? honest() : FOREIGN)
}

function firstHot(honest: () => number): (request: number) => number {
  return (request) => (request < 60_000 ? FOREIGN + (request % 2000) : honest())
}

function scans(random: Random): (request: number) => number {
  const honest = zipf(10_000, 0.8, random)
  return (request) => (request % 10_000 < 5000 ? honest() : FOREIGN + request)
}

function renewed(rank: () => number): (request: number) => number {
  return (request) => rank() + FOREIGN * Math.floor(request / 20_000)
}
