import type { Entry } from '../entry.ts'

/** What `recordLife` says of an entry that is not to be kept any more. */
export const OVER: string = '0'

/**
 * How long Redis is to keep an entry from now on, by the clock of this machine: whole milliseconds as Redis takes them, '' without
 * end, {@link OVER} where it has none left.
 */
export function recordLife({ expiresAt }: Entry): string {
  if (expiresAt === Infinity) return ''
  return String(Math.min(Math.max(Math.ceil(expiresAt - Date.now()), 0), Number.MAX_SAFE_INTEGER))
}
