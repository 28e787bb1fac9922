import type { Duration } from '../duration.ts'
import type { Entry } from '../entry.ts'
import { NONE } from '../policies/policy.ts'
import { type CountedPolicy, isTold, usedByte } from '../policies/use-byte.ts'
import { Column } from '../policies/column.ts'
import { Admission } from './memory/admission.ts'
import { EntryColumns } from './memory/entry-columns.ts'
import { Expiries } from './memory/expiries.ts'
import { BLOCK_SHIFT } from './memory/fresh-blocks.ts'
import { KeySlots, slotOf } from './memory/key-slots.ts'
import { policyOf, windowShareOf } from './memory/memory-policy.ts'
import type { MemoryTier, MemoryTierMeasure } from './memory/memory-tier-contract.ts'
import type { MemoryResize, MemoryTierOptions } from './memory/memory-tier-options.ts'
import { type MemoryTierSettings, resolveMemoryTierOptions, resolveResize } from './memory/memory-tier-settings.ts'
import { type RemovalListener, Removals } from './memory/removals.ts'
import { Room } from './memory/room.ts'
import type { StampColumns } from './memory/stamp-columns.ts'
import { copier, type ValueCopier } from './memory/value-copy.ts'
import { type DeleteCause, MISS, type Off, type RemovalCause, type TierNamespace } from './tier.ts'

export type { MemoryTier, MemoryTierMeasure }

const FIRST_CAPACITY = 16

/**
 * A bounded tier in memory, the default first tier: by entries, by bytes, or by a weight of your own. Values are kept by reference
 * unless `copy` says otherwise: a hit gives the very object that was stored, so treat it as read-only.
 *
 * When it is full, the policy chooses who leaves; what has expired leaves first, as far as an operation may look. Its bounds hold
 * at every moment. It has no timer: what expired goes when it is read, or as others are written. All operations are O(1), and so is
 * their longest pause but for the growth of its tables; `resize`, `clear` and iteration are O(entries).
 *
 * A tier belongs to one cache: of two caches on one, neither sees on its hits what the other has invalidated by a tag. Parts of a service
 * that are to share its bounds are namespaces of one cache.
 * @throws TypeError or RangeError naming the option and the value
 */
export function memoryTier<V = unknown>(options: MemoryTierOptions<V> = {}): MemoryTier {
  return new SlotMemoryTier(resolveMemoryTierOptions(options))
}

/**
 * Columns by slot: nothing is allocated for an entry. Which key has which slot is in {@link KeySlots}, the facts are in
 * {@link EntryColumns}, how an entry was used is with the policy, when it expires in
 * {@link Expiries}.
 */
class SlotMemoryTier implements MemoryTier {
  readonly name: string
  readonly shared = false
  readonly sync = true
  readonly ttl: Duration | undefined
  readonly #settings: MemoryTierSettings
  readonly #copier: ValueCopier | undefined
  readonly #keySlots: KeySlots = new KeySlots(this)
  #capacity = 0
  readonly #columns = new EntryColumns()
  readonly #weights = new Column(1)
  readonly #room: Room
  readonly #isWeighed: boolean
  readonly #policy: CountedPolicy
  readonly #admission: Admission
  // What a hit reads, at hand without a detour; renewed as it grows.
  readonly #plain: ReadonlyMap<string, number> = this.#keySlots.plain
  readonly #values: readonly unknown[] = this.#columns.values
  readonly #stamps: StampColumns = this.#columns.stamps
  #freshUntil: Float64Array = this.#columns.freshBlocks.until
  #bytes: Uint8Array = new Uint8Array(0)
  readonly #removals: Removals
  readonly #expiries: Expiries = new Expiries(this.#columns)
  #evictions = 0
  #refusals = 0

  constructor(settings: MemoryTierSettings) {
    this.name = settings.name
    this.ttl = settings.ttl
    this.#settings = settings
    this.#copier = copier(settings.copy)
    this.#isWeighed = settings.weigh !== undefined
    this.#room = new Room({ ...settings.bounds }, this.#isWeighed)
    this.#policy = policyOf(settings, this.#weights, this.#room.bounds)
    this.#admission = new Admission(this.#room, this.#policy, () => this.#evict())
    this.#removals = new Removals(settings.onRemoval)
  }

  getFresh(key: string, now: number, tags?: readonly string[]): unknown {
    const place = this.#plain.get(key)
    return place === undefined ? MISS : this.hit(place, now, tags)
  }

  /** The path of a hit: all that comes after the key was found. */
  hit(place: number, now: number, tags: readonly string[] | undefined): unknown {
    if (place < 0 || tags !== undefined) return this.#hitTagged(slotOf(place), now, tags)
    return this.#hitSlot(place, now)
  }

  namespace(prefix: string): TierNamespace {
    return this.#keySlots.namespace(prefix)
  }

  get(key: string, now?: number): Entry | undefined {
    const slot = this.#keySlots.get(key)
    if (slot === undefined) return undefined
    if (now !== undefined && now >= this.#columns.at(slot)) {
      this.#policy.begin()
      this.#drop(slot, 'expired')
      this.#removals.tell()
      return undefined
    }
    this.#policy.use(slot)
    return this.#columns.entry(slot, this.#read(slot))
  }

  peek(key: string): Entry | undefined {
    const slot = this.#keySlots.get(key)
    return slot === undefined ? undefined : this.#columns.entry(slot, this.#read(slot))
  }

  set(key: string, entry: Entry, now?: number): void {
    // Whatever throws does so before anything has changed.
    const value = this.#copier === undefined ? entry.value : this.#copier.store(entry.value, key)
    const weight = this.#settings.weigh === undefined ? 1 : this.#settings.weigh(entry.value, key, value)
    this.#policy.begin()
    // So that they leave before any that live.
    if (now !== undefined) this.#expiries.turn(now, this.#dropExpired)
    const slot = this.#keySlots.get(key)
    if (slot === undefined) this.#insert(key, entry, value, weight, false)
    else if (!this.#isWeighed || this.#room.fitsInstead(this.#weights.at(slot), weight))
      this.#overwrite(slot, entry, value, weight)
    else {
      this.#drop(slot, 'replaced')
      this.#insert(key, entry, value, weight, true)
    }
    this.#removals.tell()
  }

  delete(key: string, cause: DeleteCause = 'deleted'): void {
    const slot = this.#keySlots.get(key)
    if (slot === undefined) return
    this.#policy.begin()
    this.#drop(slot, cause)
    this.#removals.tell()
  }

  clear(): void {
    if (this.#removals.isHeard) {
      for (const [, slot] of this.#keySlots) this.#note(slot, 'deleted')
    }
    this.#keySlots.clear()
    this.#columns.clear()
    this.#policy.clear()
    this.#expiries.clear()
    this.#room.clear()
    this.#removals.tell()
  }

  resize(bounds: MemoryResize): void {
    Object.assign(this.#room.bounds, resolveResize(bounds, this.#settings))
    this.#room.forgetKept()
    for (let isLeft = true; isLeft && this.#room.isOverfull; isLeft = this.#evict()) this.#policy.begin()
    this.#removals.tell()
  }

  onRemoval(listener: RemovalListener): Off {
    return this.#removals.on(listener)
  }

  measure(): MemoryTierMeasure {
    const { maxEntries, maxWeight } = this.#room.bounds
    const isWeighed = this.#settings.weigh !== undefined
    return {
      entries: this.#room.entries,
      maxEntries,
      weight: isWeighed ? this.#room.weight : this.#room.entries,
      maxWeight: isWeighed ? maxWeight : maxEntries,
      evictions: this.#evictions,
      refusals: this.#refusals,
      windowShare: windowShareOf(this.#policy),
    }
  }

  *entries(): Generator<readonly [string, Entry], void, undefined> {
    for (const [key, slot] of this.#keySlots) yield [key, this.#columns.entry(slot, this.#read(slot))]
  }

  *hottest(): Generator<readonly [string, Entry], void, undefined> {
    // Keys, all at once: whoever reads or writes between two steps moves slots.
    const keys = Array.from(this.#policy.hottest(), (slot) => this.#keySlots.keyOf(slot))
    for (const key of keys) {
      const entry = this.peek(key)
      if (entry !== undefined) yield [key, entry]
    }
  }

  #hitTagged(slot: number, now: number, tags: readonly string[] | undefined): unknown {
    return this.#stamps.areCurrent(slot, tags) ? this.#hitSlot(slot, now) : MISS
  }

  #hitSlot(slot: number, now: number): unknown {
    if (now >= this.#freshUntil[slot >>> BLOCK_SHIFT]! && !this.#columns.isFresh(slot, now)) return MISS
    const byte = this.#bytes[slot]!
    this.#bytes[slot] = usedByte(byte)
    if (isTold(byte)) this.#policy.told(slot)
    return this.#copier === undefined ? this.#values[slot] : this.#read(slot)
  }

  #insert(key: string, entry: Entry, value: unknown, weight: number, isHeld: boolean): void {
    const admission = this.#admission
    if (!(this.#isWeighed ? admission.makeRoom(key, weight, isHeld) : admission.makePlace())) {
      this.#refusals++
      return
    }
    const slot = this.#keySlots.take(key, entry.stamps.length > 0)
    if (slot === this.#capacity) this.#grow()
    this.#columns.add(slot, entry, value)
    this.#weights.set(slot, weight)
    this.#room.take(key, weight)
    this.#policy.add(slot, key)
    this.#expiries.schedule(slot, entry)
  }

  #overwrite(slot: number, entry: Entry, value: unknown, weight: number): void {
    const former = this.#weights.at(slot)
    this.#note(slot, 'replaced')
    const isTagged = entry.stamps.length > 0
    if (isTagged !== this.#stamps.isTagged(slot)) this.#keySlots.mark(slot, isTagged)
    this.#columns.set(slot, entry, value)
    if (weight !== former) {
      this.#weights.set(slot, weight)
      this.#room.change(former, weight)
      this.#policy.reweigh(slot, weight - former)
    }
    this.#policy.use(slot)
    this.#expiries.schedule(slot, entry)
    if (this.#isWeighed) this.#admission.makeMoreRoom(0)
  }

  /** False where nothing is left to evict, or too much has left in this operation already. */
  #evict(): boolean {
    const slot = this.#policy.evict()
    if (slot === NONE) return false
    this.#evictions++
    this.#release(slot, 'capacity')
    return true
  }

  #drop(slot: number, cause: RemovalCause): void {
    this.#policy.remove(slot)
    this.#release(slot, cause)
  }

  readonly #dropExpired = (slot: number): void => this.#drop(slot, 'expired')

  #release(slot: number, cause: RemovalCause): void {
    this.#note(slot, cause)
    this.#keySlots.free(slot)
    this.#columns.free(slot)
    this.#room.giveBack(this.#weights.at(slot))
  }

  /** The value is read only for one who hears of it: a copy costs. */
  #note(slot: number, cause: RemovalCause): void {
    if (!this.#removals.isHeard) return
    this.#removals.note(this.#keySlots.keyOf(slot), this.#removals.isValueHeard ? this.#read(slot) : undefined, cause)
  }

  #grow(): void {
    this.#capacity = Math.min(
      Math.max(FIRST_CAPACITY, 2 * this.#capacity),
      Math.max(this.#room.bounds.maxEntries, this.#capacity + 1),
    )
    this.#columns.grow(this.#capacity)
    this.#weights.grow(this.#capacity)
    this.#policy.grow(this.#capacity)
    this.#freshUntil = this.#columns.freshBlocks.until
    this.#bytes = this.#policy.bytes
    this.#expiries.grow(this.#capacity)
  }

  #read(slot: number): unknown {
    const value = this.#columns.value(slot)
    return this.#copier === undefined ? value : this.#copier.read(value)
  }
}
