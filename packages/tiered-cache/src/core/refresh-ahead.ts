import type { Entry } from '../entry.ts'

/** When a fresh entry is renewed: after this fraction of its ttl, or as XFetch says. */
export type RefreshAhead = number | 'xfetch'

/**
 * Whether a fresh entry is to be renewed now. XFetch (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede
 * Prevention, VLDB 2015, beta 1): the sooner it goes stale, and the longer its load took, the more likely, so that of many readers one
 * is early.
 */
export function isDue({ storedAt, staleAt, loadMs }: Entry, ahead: RefreshAhead, now: number): boolean {
  if (staleAt === Infinity) return false
  if (ahead === 'xfetch') return now - loadMs * Math.log(Math.random()) >= staleAt
  return now >= storedAt + ahead * (staleAt - storedAt)
}
