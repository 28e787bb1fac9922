import type { Entry } from '../entry.ts'

/**
 * How long Redis is to keep an entry from now on, by the clock of this machine: whole milliseconds as Redis takes them, '' without
 * end, '0' where the life is over.
 */
export function recordLife({ expiresAt }: Entry): string {
  if (expiresAt === Infinity) return ''
  return String(Math.min(Math.max(Math.ceil(expiresAt - Date.now()), 0), Number.MAX_SAFE_INTEGER))
}
