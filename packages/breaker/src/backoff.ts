import { durationMs } from './duration.ts'
import { shown } from './option-object.ts'

/** How chance spreads the waits of many callers, so that they do not all come back at once. */
export type Jitter = 'full' | 'decorrelated' | 'none'

/** An exponential backoff, validated. */
export interface Backoff {
  readonly delayMs: number
  readonly maxDelayMs: number
  readonly jitter: Jitter
}

const JITTERS: readonly unknown[] = ['full', 'decorrelated', 'none']

/** 2 ** 52 times any delay is more than any wait: beyond it only Infinity and NaN are to be had. */
const MAX_EXPONENT = 52

/** Of the wait that an upstream asks for, the part by which its clients are spread. */
const ASKED_SPREAD = 0.1

/**
 * The wait before a retry, in milliseconds: never NaN, never negative, never above `maxDelayMs`, however many there were.
 *
 * `none` doubles: delay, 2 delay, 4 delay... `full` is anything from zero to that; `decorrelated` anything from the delay to
 * three times the wait before. Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog (2015).
 *
 * @param retry 1 for the first retry
 * @param previousMs the backoff before the retry before; 0 for the first. What an upstream or a breaker asked for is none.
 * @param random at least 0, below 1
 */
export function backoffMs(
  { delayMs, maxDelayMs, jitter }: Backoff,
  retry: number,
  previousMs: number,
  random: () => number = Math.random,
): number {
  if (jitter === 'decorrelated') {
    const spread = Math.max(0, 3 * Math.max(previousMs, delayMs) - delayMs)
    return Math.min(maxDelayMs, delayMs + random() * spread)
  }
  // Clamped in the exponent: 2 ** 1024 is Infinity, and Infinity times a random 0 is NaN.
  const ceiling = Math.min(maxDelayMs, delayMs * 2 ** Math.min(retry - 1, MAX_EXPONENT))
  return jitter === 'full' ? random() * ceiling : ceiling
}

/**
 * The wait where the upstream asked for one: at least that, and at least the backoff, which an upstream that asks for no wait
 * does not turn off. It tells all its clients the same instant, so unless there is to be no chance at all they come up to a
 * tenth of the asked time later, each by another share.
 *
 * @param ownMs the backoff
 * @param random at least 0, below 1
 */
export function askedWaitMs(
  { jitter }: Backoff,
  askedMs: number,
  ownMs: number,
  random: () => number = Math.random,
): number {
  // Infinity times a random 0 is NaN.
  const spreadMs = jitter === 'none' || askedMs === Infinity ? 0 : random() * askedMs * ASKED_SPREAD
  return Math.max(ownMs, askedMs + spreadMs)
}

/** @throws TypeError or RangeError naming the option and the value. */
export function resolveBackoff(delay: unknown, maxDelay: unknown, jitter: unknown): Backoff {
  const delayMs = durationMs('delay', delay)
  if (delayMs === Infinity) throw new RangeError('delay must be a limited time, got Infinity (number)')
  if (!JITTERS.includes(jitter)) {
    throw new TypeError(`jitter must be 'full', 'decorrelated' or 'none', got ${shown(jitter)}`)
  }
  return { delayMs, maxDelayMs: durationMs('maxDelay', maxDelay), jitter: jitter as Jitter }
}
