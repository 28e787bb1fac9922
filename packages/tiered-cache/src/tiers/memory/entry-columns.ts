import type { Entry } from '../../entry.ts'
import { Column } from '../../policies/column.ts'
import { FreshBlocks } from './fresh-blocks.ts'

const NO_STAMPS: Entry['stamps'] = []

/**
 * Entries by slot, without an object for each: the value, and the facts as numbers. Lives and load times take no memory while all
 * are equal. An entry with tags, an etag or instants that those numbers cannot give back exactly is kept beside them as it is.
 */
export class EntryColumns {
  /** By slot. */
  readonly values: unknown[] = []
  /** NaN for an entry that is kept aside, so that no comparison with an instant holds; `Infinity` for a free slot. */
  #storedAt: Float64Array = new Float64Array(0)
  readonly #ttl: Column = new Column(0)
  readonly #grace: Column = new Column(0)
  readonly #loadMs: Column = new Column(0)
  readonly #aside = new Map<number, Entry>()
  readonly freshBlocks: FreshBlocks = new FreshBlocks()
  #held = 0

  grow(capacity: number): void {
    const storedAt = new Float64Array(capacity).fill(Infinity)
    storedAt.set(this.#storedAt)
    this.#storedAt = storedAt
    this.freshBlocks.grow(capacity)
    for (const column of [this.#ttl, this.#grace, this.#loadMs]) column.grow(capacity)
  }

  /** A slot that is free takes an entry, with `value` in the place of its own. */
  add(slot: number, entry: Entry, value: unknown): void {
    if (this.#held++ === 0) this.#beginWith(entry)
    this.set(slot, entry, value)
  }

  /** Overwrites what the slot has. */
  set(slot: number, entry: Entry, value: unknown): void {
    this.values[slot] = value
    const ttl = entry.staleAt - entry.storedAt
    const grace = graceOf(entry)
    if (!isPlain(entry, ttl, grace)) {
      this.#storedAt[slot] = Number.NaN
      this.freshBlocks.note(slot, -Infinity)
      // Without the value of its own, where that is not the one that is kept.
      this.#aside.set(slot, entry.value === value ? entry : { ...entry, value: undefined })
      return
    }
    if (this.#aside.size > 0) this.#aside.delete(slot)
    this.#storedAt[slot] = entry.storedAt
    this.#ttl.set(slot, ttl)
    this.#grace.set(slot, grace)
    this.#loadMs.set(slot, entry.loadMs)
    this.freshBlocks.note(slot, entry.staleAt)
  }

  free(slot: number): void {
    this.#held--
    this.values[slot] = undefined
    this.#storedAt[slot] = Infinity
    if (this.#aside.size > 0) this.#aside.delete(slot)
  }

  clear(): void {
    this.#held = 0
    this.values.length = 0
    this.#aside.clear()
    this.#storedAt.fill(Infinity)
    this.freshBlocks.clear()
  }

  value(slot: number): unknown {
    return this.values[slot]
  }

  /** Whether the entry is fresh and has no tags. The path of a hit. */
  isFresh(slot: number, now: number): boolean {
    return this.freshBlocks.covers(slot, now) || this.#isFreshItself(slot, now)
  }

  /** When the entry expires, `Infinity` for a free slot: what the expiry wheel reads. */
  at(slot: number): number {
    const storedAt = this.#storedAt[slot]!
    if (Number.isNaN(storedAt)) return this.#aside.get(slot)!.expiresAt
    return storedAt + this.#ttl.at(slot) + this.#grace.at(slot)
  }

  /** The entry in a slot, with `value` in the place of the one that is kept. */
  entry(slot: number, value: unknown): Entry {
    const storedAt = this.#storedAt[slot]!
    if (Number.isNaN(storedAt)) return { ...this.#aside.get(slot)!, value }
    const staleAt = storedAt + this.#ttl.at(slot)
    const expiresAt = staleAt + this.#grace.at(slot)
    return { value, storedAt, staleAt, expiresAt, loadMs: this.#loadMs.at(slot), etag: undefined, stamps: NO_STAMPS }
  }

  #beginWith(entry: Entry): void {
    this.#ttl.reset(entry.staleAt - entry.storedAt)
    this.#grace.reset(graceOf(entry))
    this.#loadMs.reset(entry.loadMs)
  }

  #isFreshItself(slot: number, now: number): boolean {
    const storedAt = this.#storedAt[slot]!
    if (Number.isNaN(storedAt)) return this.#isFreshAside(slot, now)
    if (now >= storedAt + this.#ttl.at(slot)) return false
    this.freshBlocks.missed(slot, this.#storedAt.length, this.#freshUntil)
    return true
  }

  /** Until when a hit need not look at the entry itself. */
  readonly #freshUntil = (slot: number): number => {
    const storedAt = this.#storedAt[slot]!
    return Number.isNaN(storedAt) ? -Infinity : storedAt + this.#ttl.at(slot)
  }

  #isFreshAside(slot: number, now: number): boolean {
    const { staleAt, stamps } = this.#aside.get(slot)!
    return now < staleAt && stamps.length === 0
  }
}

/** Where an entry never goes stale, it does not expire either. */
function graceOf({ staleAt, expiresAt }: Entry): number {
  return staleAt === Infinity ? 0 : expiresAt - staleAt
}

function isPlain({ storedAt, staleAt, expiresAt, etag, stamps }: Entry, ttl: number, grace: number): boolean {
  if (etag !== undefined || stamps.length > 0) return false
  return storedAt + ttl === staleAt && staleAt + grace === expiresAt
}
