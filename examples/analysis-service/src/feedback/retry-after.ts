/**
 * The wait that a `Retry-After` header asks for, in milliseconds: a number of seconds, or until a date. `undefined` where
 * there is none or it is neither; 0 where the date has passed.
 *
 * @param now epoch milliseconds
 */
export function retryAfterMs(header: string | string[] | undefined, now: number): number | undefined {
  const value = (Array.isArray(header) ? header[0] : header)?.trim() ?? ''
  if (/^\d+$/.test(value)) return Number(value) * 1_000
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

/** `Date.parse` alone takes much for a date that is none. */
const HTTP_DATE = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/
