import { type Clock, systemClock } from './clock.ts'
import type { Classifiers } from './classify.ts'
import { type Duration, durationMs } from './duration.ts'
import { OpenTime, type OpenFor } from './open-time.ts'
import { assertCount, assertName, assertOptions } from './option-object.ts'
import type { Outcome } from './outcome.ts'
import { type HalfOpenOptions, Probes } from './probes.ts'
import { type RateRule, RateTrip } from './trip/rate-rule.ts'

/** Options of a {@link Breaker}. Several trip rules may be on at once: the first to be met opens it. */
export interface BreakerOptions {
  /** What errors and events call it. Default `'breaker'`. */
  readonly name?: string | undefined
  /** Failures in a row that open it. Default 5; `Infinity` turns the rule off. */
  readonly consecutiveFailures?: number | undefined
  readonly failureRate?: RateRule | undefined
  /** Opens it by the share of calls that took longer than `slowerThan`, failed or not. */
  readonly slowCallRate?: (RateRule & { readonly slowerThan: Duration }) | undefined
  /** How long it refuses before it lets probes through. Default `'60s'`. */
  readonly openFor?: OpenFor | undefined
  readonly halfOpen?: HalfOpenOptions | undefined
  /** What an error says. Default `'failure'`; a caller's abort and our own refusals are always `'ignored'`. */
  readonly classifyError?: ((error: unknown) => Outcome) | undefined
  /** What a result says. Default `'success'`. */
  readonly classifyResult?: ((result: unknown) => Outcome) | undefined
  /** Whether refusals capture a stack, for debugging: it makes them about three times as dear. Default false. */
  readonly stack?: boolean | undefined
  readonly clock?: Clock | undefined
}

/** The options of a breaker, validated and made into its parts. */
export interface BreakerParts {
  readonly name: string
  readonly consecutiveFailures: number
  readonly failureTrip: RateTrip | undefined
  readonly slowTrip: RateTrip | undefined
  readonly slowerThanMs: number
  readonly openTime: OpenTime
  readonly probes: Probes
  readonly classifiers: Classifiers
  readonly stack: boolean
  readonly clock: Clock
}

const OPTIONS = [
  'name',
  'consecutiveFailures',
  'failureRate',
  'slowCallRate',
  'openFor',
  'halfOpen',
  'classifyError',
  'classifyResult',
  'stack',
  'clock',
]

/** @throws TypeError or RangeError naming the option and the value. */
export function resolveBreakerOptions(options: BreakerOptions): BreakerParts {
  assertOptions('Breaker options', options, OPTIONS)
  const { name = 'breaker', consecutiveFailures = 5, failureRate, slowCallRate, openFor = '60s', halfOpen } = options
  const { classifyError, classifyResult, stack = false, clock = systemClock } = options
  assertName('name', name)
  assertCount('consecutiveFailures', consecutiveFailures, 1)
  assertFunction('classifyError', classifyError)
  assertFunction('classifyResult', classifyResult)
  return {
    name,
    consecutiveFailures,
    failureTrip: failureRate && new RateTrip('failureRate', failureRate),
    slowTrip: slowCallRate && new RateTrip('slowCallRate', slowCallRate, ['slowerThan']),
    slowerThanMs: slowCallRate ? durationMs('slowCallRate.slowerThan', slowCallRate.slowerThan) : Infinity,
    openTime: new OpenTime(openFor),
    probes: new Probes(halfOpen),
    classifiers: { classifyError, classifyResult },
    stack,
    clock,
  }
}

function assertFunction(option: string, value: unknown): void {
  if (value === undefined || typeof value === 'function') return
  throw new TypeError(`${option} must be a function, got ${typeof value}`)
}
