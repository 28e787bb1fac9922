import type { Entry } from '../../entry.ts'
import { Column } from '../../policies/column.ts'
import { FreshBlocks } from './fresh-blocks.ts'
import { RareColumn } from './rare-column.ts'
import { NO_STAMPS, StampColumns } from './stamp-columns.ts'

type Instants = Pick<Entry, 'storedAt' | 'staleAt' | 'expiresAt'>

/**
 * Entries by slot, without an object for each: the value, and the facts as numbers. Lives and load times take no memory while all
 * are equal, stamps and etags none before an entry has some. Instants that those numbers cannot give back exactly are kept aside.
 */
export class EntryColumns {
  /** By slot. */
  readonly values: unknown[] = []
  /** NaN where the instants are kept aside, so that no comparison holds; `Infinity` for a free slot. */
  #storedAt: Float64Array = new Float64Array(0)
  readonly #ttl: Column = new Column(0)
  readonly #grace: Column = new Column(0)
  readonly #loadMs: Column = new Column(0)
  readonly stamps: StampColumns = new StampColumns()
  readonly #etags = new RareColumn<string>()
  readonly #aside = new Map<number, Instants>()
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
    this.stamps.set(slot, entry.stamps)
    this.#etags.set(slot, entry.etag)
    this.#loadMs.set(slot, entry.loadMs)
    this.#setInstants(slot, entry)
    this.freshBlocks.note(slot, entry.staleAt)
  }

  free(slot: number): void {
    this.#held--
    this.values[slot] = undefined
    this.stamps.set(slot, NO_STAMPS)
    this.#etags.set(slot, undefined)
    this.#storedAt[slot] = Infinity
    if (this.#aside.size > 0) this.#aside.delete(slot)
  }

  clear(): void {
    this.#held = 0
    this.values.length = 0
    this.stamps.clear()
    this.#etags.clear()
    this.#aside.clear()
    this.#storedAt.fill(Infinity)
    this.freshBlocks.clear()
  }

  value(slot: number): unknown {
    return this.values[slot]
  }

  /** Whether the entry is fresh, whatever its tags. The path of a hit. */
  isFresh(slot: number, now: number): boolean {
    return this.freshBlocks.covers(slot, now) || this.#isFreshItself(slot, now)
  }

  /** When the entry expires, `Infinity` for a free slot: what the expiry wheel reads. */
  at(slot: number): number {
    const storedAt = this.#storedAt[slot]!
    if (Number.isNaN(storedAt)) return this.#aside.get(slot)!.expiresAt
    return storedAt + this.#ttl.at(slot) + this.#grace.at(slot)
  }

  /** The entry in a slot, with `value` in the place of the one that is kept; its stamps are the very objects that were set. */
  entry(slot: number, value: unknown): Entry {
    const { storedAt, staleAt, expiresAt } = this.#instants(slot)
    const loadMs = this.#loadMs.at(slot)
    return { value, storedAt, staleAt, expiresAt, loadMs, etag: this.#etags.at(slot), stamps: this.stamps.at(slot) }
  }

  #beginWith(entry: Entry): void {
    this.#ttl.reset(entry.staleAt - entry.storedAt)
    this.#grace.reset(graceOf(entry))
    this.#loadMs.reset(entry.loadMs)
  }

  #setInstants(slot: number, { storedAt, staleAt, expiresAt }: Entry): void {
    const ttl = staleAt - storedAt
    const grace = graceOf({ staleAt, expiresAt })
    if (storedAt + ttl !== staleAt || staleAt + grace !== expiresAt) {
      this.#storedAt[slot] = Number.NaN
      this.#aside.set(slot, { storedAt, staleAt, expiresAt })
      return
    }
    if (this.#aside.size > 0) this.#aside.delete(slot)
    this.#storedAt[slot] = storedAt
    this.#ttl.set(slot, ttl)
    this.#grace.set(slot, grace)
  }

  #instants(slot: number): Instants {
    const storedAt = this.#storedAt[slot]!
    if (Number.isNaN(storedAt)) return this.#aside.get(slot)!
    const staleAt = storedAt + this.#ttl.at(slot)
    return { storedAt, staleAt, expiresAt: staleAt + this.#grace.at(slot) }
  }

  #isFreshItself(slot: number, now: number): boolean {
    if (now >= this.#staleAt(slot)) return false
    this.freshBlocks.missed(slot, this.#storedAt.length, this.#staleAt)
    return true
  }

  readonly #staleAt = (slot: number): number => {
    const storedAt = this.#storedAt[slot]!
    return Number.isNaN(storedAt) ? this.#aside.get(slot)!.staleAt : storedAt + this.#ttl.at(slot)
  }
}

/** Where an entry never goes stale, it does not expire either. */
function graceOf({ staleAt, expiresAt }: Pick<Entry, 'staleAt' | 'expiresAt'>): number {
  return staleAt === Infinity ? 0 : expiresAt - staleAt
}
