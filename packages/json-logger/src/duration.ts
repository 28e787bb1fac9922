import { shown } from './option-object.ts'

/** A span of time: `'30s'`, `'5m'`, `'1h'`, `'7d'`, `'250ms'`, or a number of milliseconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

/**
 * The milliseconds of a {@link Duration}, `Infinity` included.
 * @throws TypeError or RangeError naming `option` where it is not a duration of zero or more.
 */
export function durationMs(option: string, value: unknown): number {
  if (typeof value === 'number') {
    if (value >= 0) return value
    throw new RangeError(`${option} must be zero or more milliseconds, got ${value} (number)`)
  }
  const match = typeof value === 'string' ? PATTERN.exec(value) : null
  if (match) return Number(match[1]) * (UNIT_MS[match[2] as string] as number)
  throw new TypeError(
    `${option} must be milliseconds or a string such as '30s', '5m', '1h' or '7d', got ${shown(value)}`,
  )
}
