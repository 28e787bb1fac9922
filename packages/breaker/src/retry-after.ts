const DAY = '(?:mon|tue|wed|thu|fri|sat|sun)'
const TIME = '\\d{2}:\\d{2}:\\d{2}'
/** The three forms of an HTTP date (RFC 9110, 5.6.7): `Date.parse` alone would take `-5` for a year, and `Mon 5` for a day in May. */
const HTTP_DATES = [
  `${DAY}, \\d{1,2} [a-z]{3} \\d{4} ${TIME}(?: gmt)?`,
  `${DAY}[a-z]*, \\d{1,2}-[a-z]{3}-\\d{2} ${TIME}(?: gmt)?`,
  `${DAY} [a-z]{3} [ \\d]?\\d ${TIME} \\d{4}`,
]
const HTTP_DATE = new RegExp(`^(?:${HTTP_DATES.join('|')})$`, 'i')

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
