/** No slot. */
export const NONE = -1

/** Reads the weight of the entry in a slot; zero or more. */
export interface Weights {
  at(slot: number): number
}

/** How much a tier may hold; may change while it runs. */
export interface Bounds {
  readonly maxEntries: number
  /** `Infinity` where entries are only counted. */
  readonly maxWeight: number
}

/**
 * Decides which entries leave. It knows slots (small whole numbers that the tier gives out and takes back), keys and weights,
 * never values. The tier tells it of every change, and asks it for a victim until the newcomer fits.
 */
export interface EvictionPolicy {
  /** Makes place for the slots below `capacity`, which is more than before. */
  grow(capacity: number): void
  /** An operation begins that may remove or evict: what one may look at is counted from here. */
  begin(): void
  /** The entry in a slot was read or overwritten. Allocates nothing. */
  use(slot: number): void
  /** A new entry came into a slot that was free. Its weight can be read already. */
  add(slot: number, key: string): void
  /** The weight of the entry in a slot changed by so much. */
  reweigh(slot: number, change: number): void
  /** The entry in a slot left without this policy: deleted, expired, or about to come again with another weight. */
  remove(slot: number): void
  /** Chooses an entry and forgets its slot; `NONE` where there is none, or too many were looked at already. */
  evict(): number
  /**
   * Whether a newcomer of this weight is worth what it displaces; `room` of its weight is free already. What is refused is
   * remembered as asked for.
   */
  admits(key: string, weight: number, room: number): boolean
  /** Forgets everything, what it learnt included. */
  clear(): void
  /** The slots, those it would keep longest first. Stays right only while nothing changes. */
  hottest(): Iterable<number>
}
