/** An HTTP date in any of its three forms begins with the day of the week; `Date.parse` alone would take `-5` for a year. */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)/i

/**
 * The wait that a `Retry-After` header asks for, in milliseconds: a number of seconds, or until a date (RFC 9110, 10.2.3).
 * `undefined` where there is none or it is neither; 0 where the date has passed.
 *
 * @param now epoch milliseconds
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1_000
  // The oldest form names no zone and means GMT.
  const date = HTTP_DATE.test(value) ? Date.parse(/gmt$/i.test(value) ? value : `${value} GMT`) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
