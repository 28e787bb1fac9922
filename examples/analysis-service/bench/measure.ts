import { median } from '../../../bench/src/percentile.ts'
import { load, uploadEach } from './load.ts'
import { LENGTHS, type Length, type Recordings } from './recordings.ts'
import { type Place, type RunningService, startService } from './running-service.ts'
import type { ServiceReport } from './service-report.ts'
import type { Variant } from './variant.ts'

/** What one process showed for recordings of one length. */
export interface Figures {
  /** From the first byte of the upload to the last of the answer. */
  readonly secondMs: number
  /** Of it, what the cache took. */
  readonly lookupMs: number
  readonly answerBytes: number
  readonly requestsPerSecond: number
  /** Fraction of a core at {@link STEADY_RATE} requests per second. */
  readonly steadyCpu: number
}

/** What one process showed. */
export interface Sample {
  readonly variant: Variant
  readonly figures: Readonly<Record<Length, Figures>>
  /** Once every recording has been asked for twice. */
  readonly rssBytes: number
  /** Loads whose rate was not kept, in words. */
  readonly unsteady: readonly string[]
}

/** How long to measure. */
export interface Plan {
  readonly rounds: number
  /** How many recordings there are of each length. */
  readonly recordings: Readonly<Record<Length, number>>
  /** Seconds of each load. */
  readonly saturationSeconds: number
  readonly steadySeconds: number
}

export const STEADY_RATE = 50
/** Different recordings in a load: so many are asked for over and over. */
const POOL = 20

/** Analyses all recordings once: for the folder and the Redis that the services measured afterwards share. */
export async function fill(place: Place, recordings: Recordings): Promise<void> {
  await using service = await startService('all tiers', place)
  // As many at once as the service analyses at once.
  await Promise.all(LENGTHS.map((length) => uploadEach(service.url, recordings[length])))
}

/**
 * Measures one variant in a fresh process, over a cache that was filled before.
 * @throws Error where a request fails or is answered from elsewhere than the variant is measured for: then no number counts
 */
export async function measureVariant(
  variant: Variant,
  place: Place,
  recordings: Recordings,
  plan: Plan,
): Promise<Sample> {
  await using service = await startService(variant, place)
  for (const length of LENGTHS) await uploadEach(service.url, recordings[length])
  await service.report()
  const [short, long] = [await requestAgain(service, recordings.short), await requestAgain(service, recordings.long)]
  const { rssBytes } = await service.report()
  const loads = {
    short: await underLoad(service, recordings.short, plan),
    long: await underLoad(service, recordings.long, plan),
  }
  for (const { reports } of [short, long, loads.short, loads.long]) mustBeServedAs(variant, reports)
  return {
    variant,
    figures: { short: { ...short.figures, ...loads.short.figures }, long: { ...long.figures, ...loads.long.figures } },
    rssBytes,
    unsteady: [loads.short, loads.long].flatMap(({ steadyRate }) => unsteadyAt(variant, steadyRate)),
  }
}

async function requestAgain(service: RunningService, recordings: readonly Buffer[]) {
  const answers = await uploadEach(service.url, recordings)
  const report = await service.report()
  const figures = {
    secondMs: median(answers.map(({ ms }) => ms)),
    answerBytes: median(answers.map(({ bytes }) => bytes)),
    lookupMs: median(report.lookupsMs),
  }
  return { figures, reports: [report] }
}

async function underLoad(service: RunningService, recordings: readonly Buffer[], plan: Plan) {
  const pool = recordings.slice(0, POOL)
  const { requestsPerSecond } = await load(service.url, pool, { seconds: plan.saturationSeconds })
  const before = await service.report()
  const steady = await load(service.url, pool, { seconds: plan.steadySeconds, rate: STEADY_RATE })
  const after = await service.report()
  // By the request and not by the clock: the load begins and ends between two reports.
  const cpuMsPerRequest = (after.cpuMs - before.cpuMs) / after.lookupsMs.length
  const figures = { requestsPerSecond, steadyCpu: (cpuMsPerRequest * STEADY_RATE) / 1_000 }
  return { figures, reports: [before, after], steadyRate: steady.requestsPerSecond }
}

const SERVED_FROM = { 'disk only': 'disk', 'all tiers': 'memory', 'no look-up': undefined } as const

function mustBeServedAs(variant: Variant, reports: readonly ServiceReport[]): void {
  const expected = SERVED_FROM[variant]
  if (expected === undefined) return
  for (const [from, count] of reports.flatMap(({ answers }) => Object.entries(answers))) {
    if (from !== expected) throw new Error(`${variant}: ${count} answers came from ${from}`)
  }
}

/** The rate need not be exact, since it is the request that is counted; a process far below it is saturated. */
function unsteadyAt(variant: Variant, rate: number): readonly string[] {
  if (rate >= STEADY_RATE * 0.7) return []
  return [`${variant}: only ${rate.toFixed(0)} of ${STEADY_RATE} requests per second were made`]
}
