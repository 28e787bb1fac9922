import { type Random, seededRandom } from '@org/testkit'
import { type Trace, traceOf } from './trace.ts'
import { zipf } from './zipf.ts'

/** Requests of each. */
const REQUESTS = 300_000
/** Keys from here on are asked for by nobody else. */
const APART = 1_000_000

/** Draws the key of each request in turn. */
type Draw = (request: number) => number

const MADE = {
  'made-zipf': (random) => zipf(30_000, 0.9, random),
  'made-zipf-scan': zipfWithScans,
  'made-loop': () => (request) => request % 3000,
  'made-feed': feed,
  'made-shift': shiftingHotSet,
  'made-mix': mix,
} as const satisfies Record<string, (random: Random) => Draw>

/** The traces that stand in where none are recorded. */
export type MadeTraceName = keyof typeof MADE

/** Their names. */
export const MADE_TRACES: readonly MadeTraceName[] = Object.keys(MADE) as MadeTraceName[]

/** A made trace; the same at each call. */
export function makeTrace(name: MadeTraceName, requests: number = REQUESTS): Trace {
  const draw: Draw = MADE[name](seededRandom(MADE_TRACES.indexOf(name) + 1))
  return traceOf(Array.from({ length: requests }, (_, request) => draw(request)))
}

/** After 10,000 requests by popularity a scan of 5,000 keys that never come back. */
function zipfWithScans(random: Random): Draw {
  const popular = zipf(20_000, 0.8, random)
  return (request) => (request % 15_000 < 10_000 ? popular() : APART + request)
}

/** A new key every 10 requests; the younger a key, the hotter. A tenth goes to a small set that stays. */
function feed(random: Random): Draw {
  const stays = zipf(500, 0.8, random)
  return (request) => {
    if (random.chance(0.1)) return APART + stays()
    const age = -Math.log(1 - random.next()) * 400
    return Math.max(0, Math.floor(request / 10 - age))
  }
}

/** Popularity of which a quarter moves on every 50,000 requests. */
function shiftingHotSet(random: Random): Draw {
  const rank = zipf(20_000, 0.9, random)
  return (request) => {
    const drawn = rank()
    return drawn % 4 === 0 ? drawn + APART * (1 + Math.floor(request / 50_000)) : drawn
  }
}

/** A quarter of the keys are read twice within 50 requests and never again, among others by popularity. */
function mix(random: Random): Draw {
  const popular = zipf(30_000, 0.7, random)
  const due = new Map<number, number>()
  return (request) => {
    const again = due.get(request)
    if (again !== undefined) {
      due.delete(request)
      return again
    }
    if (!random.chance(0.25)) return popular()
    due.set(request + random.int(1, 50), APART + request)
    return APART + request
  }
}
