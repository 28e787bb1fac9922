import { durationMs } from '../duration.ts'
import { shown } from '../option-object.ts'

const DATE = String.raw`(\d{4})-(\d\d)-(\d\d)`
const TIME = String.raw`(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3})\d*)?)?`
const ZONE = String.raw`(Z|[+-]\d\d:?\d\d)`
const INSTANT = new RegExp(`^${DATE}(?:[T ]${TIME}${ZONE}?)?$`, 'i')
const SPAN = /^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/

/**
 * The instant of `2026-11-22T14:30:00Z`, of `2026-11-22 14:30` in the zone of the reader, of `2026-11-22` (its beginning) or of a
 * span back from now such as `15m`, in epoch milliseconds.
 * @throws RangeError naming the option.
 */
export function instantOf(option: string, text: string, now: number, isUtc: boolean): number {
  if (SPAN.test(text)) return now - durationMs(option, text)
  const match = INSTANT.exec(text)
  const instant = match === null ? undefined : instantOfParts(match.slice(1), isUtc)
  if (instant !== undefined) return instant
  throw new RangeError(
    `${option} must be a time such as '2026-11-22 14:30' or a span such as '15m', got ${shown(text)}`,
  )
}

function instantOfParts(parts: readonly (string | undefined)[], isUtc: boolean): number | undefined {
  const [year = 0, month = 1, ...rest] = [0, 1, 2, 3, 4, 5].map((at) => Number(parts[at] ?? 0))
  const fraction = Number((parts[6] ?? '').padEnd(3, '0'))
  const [day = 1, hour = 0, minute = 0, second = 0] = rest
  const asUtc = utc(year, month, day, hour, minute, second, fraction)
  if (!isOnCalendar(new Date(asUtc), [year, month, day, hour, minute, second])) return undefined
  const zone = parts[7]
  if (zone !== undefined) return asUtc - offsetMs(zone)
  return isUtc ? asUtc : local(year, month, day, hour, minute, second, fraction)
}

/** Without the reading of two-digit years as those of the last century. */
function utc(year: number, month: number, day: number, ...time: [number, number, number, number]): number {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.setUTCHours(...time)
}

function local(year: number, month: number, day: number, ...time: [number, number, number, number]): number {
  const date = new Date(2000, 0, 1)
  date.setFullYear(year, month - 1, day)
  return date.setHours(...time)
}

/** Whether a date has not been carried over: there is no 31 of November. */
function isOnCalendar(date: Date, parts: readonly number[]): boolean {
  const found = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ]
  return found.every((value, at) => value === parts[at])
}

function offsetMs(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
