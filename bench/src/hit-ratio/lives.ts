import { type Random, seededRandom } from '@org/testkit'
import { traceOf } from './trace.ts'
import { plainKeys, type Workload } from './workload.ts'
import { zipf } from './zipf.ts'

const REQUESTS = 300_000
const SEED = 11
const STABLE = 20_000
/** Keys from here on live shortly. */
const SHORT = 1_000_000
const CAPACITIES: readonly number[] = [100, 400, 1600, 4000, 10_000]

/** How keys come and how long they live, in milliseconds; one request comes in each. */
interface Mix {
  readonly says: string
  readonly draw: (random: Random) => (request: number) => number
  readonly lifeOf: (key: number, random: Random) => number
}

/** Longer than a run. */
const LONG = 10 * REQUESTS

const MIXES = {
  'short-once': {
    says: 'half of the requests are for keys read once that live 100 requests, the rest Zipf(0.8)',
    draw: (random) => halfAndHalf(random, (request) => SHORT + request),
    lifeOf: (key) => (key >= SHORT ? 100 : LONG),
  },
  'short-thrice': {
    says: 'half of the requests are for keys read three times at once that live 100 requests, the rest Zipf(0.8)',
    draw: (random) => halfAndHalf(random, (request) => SHORT + Math.floor(request / 6)),
    lifeOf: (key) => (key >= SHORT ? 100 : LONG),
  },
  'hot-short': {
    says: 'Zipf(0.9); the 50 hottest keys live 500 requests',
    draw: (random) => zipf(STABLE, 0.9, random),
    lifeOf: (key) => (key < 50 ? 500 : LONG),
  },
  'all-expire': {
    says: 'Zipf(0.9); lives of 1000 to 50,000 requests',
    draw: (random) => zipf(STABLE, 0.9, random),
    lifeOf: (_key, random) => random.int(1000, 50_000),
  },
} as const satisfies Record<string, Mix>

/** Mixes of keys that live for long and keys that do not. */
export type LivesId = keyof typeof MIXES

/** Their ids. */
export const LIVES: readonly LivesId[] = Object.keys(MIXES) as LivesId[]

/** What happens in it, in words. */
export function livesText(id: LivesId): string {
  return MIXES[id].says
}

/** The workload of a mix; the same at each call. */
export function livesWorkload(id: LivesId, requests: number = REQUESTS): Workload {
  const random = seededRandom(SEED)
  const mix: Mix = MIXES[id]
  const draw = mix.draw(random)
  const drawn = Array.from({ length: requests }, (_, request) => draw(request))
  const trace = traceOf(drawn)
  const lives = new Float64Array(trace.unique)
  for (const [request, key] of drawn.entries()) {
    const known = trace.ids[request] as number
    if (lives[known] === 0) lives[known] = mix.lifeOf(key, random)
  }
  return { trace, keys: plainKeys(trace.unique), lives, capacities: CAPACITIES }
}

function halfAndHalf(random: Random, short: (request: number) => number): (request: number) => number {
  const stable = zipf(STABLE, 0.8, random)
  return (request) => (random.chance(0.5) ? short(request) : stable())
}
