/** `fresh` until `staleAt`, `stale` until `expiresAt`, then `expired`. */
export type Freshness = 'fresh' | 'stale' | 'expired'

/** The stamps of a tag as they were when the load of an entry began; both are random ids. */
export interface TagStamp {
  readonly tag: string
  readonly expire: string
  readonly delete: string
  /** Whether the tag still has these stamps as far as this node knows: told by the cache, which changes it, and stored nowhere. */
  readonly isCurrent?: boolean
}

/**
 * A stored record. Immutable, with all fields always there, so that V8 sees one shape. A backfill hands on the very same
 * facts: instants are absolute (epoch milliseconds by the writer's clock), so copying an entry never lengthens its life.
 */
export interface Entry<V = unknown> {
  readonly value: V
  readonly storedAt: number
  /** `Infinity`: never stale. */
  readonly staleAt: number
  /** Never before `staleAt`. */
  readonly expiresAt: number
  /** What the load took; 0 for a plain set. */
  readonly loadMs: number
  readonly etag: string | undefined
  /** Empty without tags. */
  readonly stamps: readonly TagStamp[]
}

const NO_STAMPS: readonly TagStamp[] = []

/** An entry stored at `storedAt` (epoch milliseconds) that is fresh for `ttlMs` and stale for `graceMs` more. `stamps` is kept, not copied. */
export function makeEntry<V>(
  value: V,
  storedAt: number,
  ttlMs: number,
  graceMs: number,
  loadMs: number,
  etag?: string,
  stamps: readonly TagStamp[] = NO_STAMPS,
): Entry<V> {
  const staleAt = storedAt + ttlMs
  return { value, storedAt, staleAt, expiresAt: staleAt + graceMs, loadMs, etag, stamps }
}

/** A ttl less a random part of it, of `jitter` (0 to 1) at most: what was stored together does not go stale together. */
export function jittered(ttlMs: number, jitter: number): number {
  return jitter === 0 || ttlMs === Infinity ? ttlMs : ttlMs * (1 - jitter * Math.random())
}

/** What an entry is at `now` (epoch milliseconds), by its own instants: its tags are not looked at. */
export function freshnessAt(entry: Entry, now: number): Freshness {
  if (now < entry.staleAt) return 'fresh'
  return now < entry.expiresAt ? 'stale' : 'expired'
}

/** The same entry, with at most `capMs` to live from `now` on. */
export function capEntry<V>(entry: Entry<V>, capMs: number, now: number): Entry<V> {
  const limit = now + capMs
  if (entry.expiresAt <= limit) return entry
  return { ...entry, staleAt: Math.min(entry.staleAt, limit), expiresAt: limit }
}

/** Whether what a tier answered is an entry at all: a third party's tier may answer anything. */
export function isEntry(candidate: unknown): candidate is Entry {
  if (typeof candidate !== 'object' || candidate === null) return false
  const { storedAt, staleAt, expiresAt, stamps } = candidate as Partial<Entry>
  return isInstant(storedAt) && isInstant(staleAt) && isInstant(expiresAt) && expiresAt >= staleAt && areStamps(stamps)
}

function isInstant(candidate: unknown): candidate is number {
  return typeof candidate === 'number' && !Number.isNaN(candidate)
}

function areStamps(candidate: unknown): boolean {
  return Array.isArray(candidate) && candidate.every(isStamp)
}

function isStamp(candidate: unknown): boolean {
  if (typeof candidate !== 'object' || candidate === null) return false
  const stamp = candidate as Partial<TagStamp>
  return typeof stamp.tag === 'string' && typeof stamp.expire === 'string' && typeof stamp.delete === 'string'
}

/**
 * Whether an entry with these stamps may be served without asking for its tags: each is current, and all tags that are named are
 * among them. Allocates nothing; O(stamps × named tags).
 */
export function areCurrent(stamps: readonly TagStamp[], tags: readonly string[] | undefined): boolean {
  for (let at = 0; at < stamps.length; at++) if (stamps[at]!.isCurrent !== true) return false
  return tags === undefined || hasTags(stamps, tags)
}

/** Whether an entry with these stamps has all of these tags. */
export function hasTags(stamps: readonly TagStamp[], tags: readonly string[]): boolean {
  for (let at = 0; at < tags.length; at++) if (!hasTag(stamps, tags[at]!)) return false
  return true
}

/** Whether an entry with these stamps has this tag, current or not. O(stamps). */
export function hasTag(stamps: readonly TagStamp[], tag: string): boolean {
  for (let at = 0; at < stamps.length; at++) if (stamps[at]!.tag === tag) return true
  return false
}
