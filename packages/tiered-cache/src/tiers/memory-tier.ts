import type { Duration } from '../duration.ts'
import type { Entry } from '../entry.ts'
import { LruPolicy } from '../policies/lru-policy.ts'
import { NONE } from '../policies/policy.ts'
import { SievePolicy } from '../policies/sieve-policy.ts'
import { TinyLfuPolicy } from '../policies/tinylfu/tinylfu-policy.ts'
import { type CountedPolicy, isTold, usedByte } from '../policies/use-byte.ts'
import { Column } from '../policies/column.ts'
import { EntryColumns } from './memory/entry-columns.ts'
import { ExpiryWheel } from './memory/expiry-wheel.ts'
import { BLOCK_SHIFT } from './memory/fresh-blocks.ts'
import type { MemoryResize, MemoryTierOptions } from './memory/memory-tier-options.ts'
import {
  type MemoryBounds,
  type MemoryTierSettings,
  resolveMemoryTierOptions,
  resolveResize,
} from './memory/memory-tier-settings.ts'
import { type RemovalListener, Removals } from './memory/removals.ts'
import { Room } from './memory/room.ts'
import { copier, type ValueCopier } from './memory/value-copy.ts'
import { type DeleteCause, MISS, type Off, type RemovalCause, type Tier, type TierMeasure } from './tier.ts'

/** What a memory tier tells of itself. */
export interface MemoryTierMeasure extends TierMeasure {
  /** Entries that had to leave for others, or for bounds that shrank. */
  readonly evictions: number
  /** Entries that were not let in: heavier than the bound, not worth what they would displace, or too heavy for one operation. */
  readonly refusals: number
  /** The part of the capacity that is for newcomers, 0 to 1, with `'tinylfu'` alone. */
  readonly windowShare: number | undefined
}

/** A synchronous tier in the memory of this process. */
export interface MemoryTier extends Tier {
  readonly sync: true
  get(key: string, now?: number): Entry | undefined
  getFresh(key: string, now: number): unknown
  peek(key: string): Entry | undefined
  set(key: string, entry: Entry, now?: number): void
  delete(key: string, cause?: DeleteCause): void
  clear(): void
  onRemoval(listener: RemovalListener): Off
  measure(): MemoryTierMeasure
  /**
   * Changes the bounds that are named; what is too much leaves at once, by `capacity` also where it has expired: it is told no
   * time. O(entries that leave).
   */
  resize(bounds: MemoryResize): void
  /** All entries, in no order. Counts as no use; what is changed meanwhile may come or not. */
  entries(): Generator<readonly [string, Entry], void, undefined>
  /** All entries, those it would keep longest first, in the order of the first step; what left since does not come. */
  hottest(): Generator<readonly [string, Entry], void, undefined>
}

const FIRST_CAPACITY = 16

/**
 * A bounded tier in memory, the default first tier: by entries, by bytes, or by a weight of your own. Values are kept by reference
 * unless `copy` says otherwise: a hit gives the very object that was stored, so treat it as read-only.
 *
 * When it is full, the policy chooses who leaves; what has expired leaves first, as far as an operation may look. Its bounds hold
 * at every moment. It has no timer: what expired goes when it is read, or as others are written. All operations are O(1), and so is
 * their longest pause but for the growth of its tables; `resize`, `clear` and iteration are O(entries).
 * @throws TypeError or RangeError naming the option and the value
 */
export function memoryTier<V = unknown>(options: MemoryTierOptions<V> = {}): MemoryTier {
  return new SlotMemoryTier(resolveMemoryTierOptions(options))
}

/**
 * A Map from key to slot, and columns by slot: nothing is allocated for an entry. Its facts are in {@link EntryColumns}, how it was
 * used is with the policy, when it expires in the wheel.
 */
class SlotMemoryTier implements MemoryTier {
  readonly name: string
  readonly shared = false
  readonly sync = true
  readonly ttl: Duration | undefined
  readonly #settings: MemoryTierSettings
  readonly #copier: ValueCopier | undefined
  readonly #slots = new Map<string, number>()
  readonly #keys: string[] = []
  readonly #free: number[] = []
  #capacity = 0
  readonly #columns = new EntryColumns()
  readonly #weights = new Column(1)
  readonly #room: Room
  readonly #isWeighed: boolean
  readonly #policy: CountedPolicy
  // What a hit reads, at hand without a detour; renewed as it grows.
  readonly #values: readonly unknown[] = this.#columns.values
  #freshUntil: Float64Array = this.#columns.freshBlocks.until
  #bytes: Uint8Array = new Uint8Array(0)
  readonly #removals: Removals
  /** There is none until an entry comes that expires. */
  #wheel: ExpiryWheel | undefined
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
    this.#removals = new Removals(settings.onRemoval)
  }

  getFresh(key: string, now: number): unknown {
    const slot = this.#slots.get(key)
    if (slot === undefined) return MISS
    if (now >= this.#freshUntil[slot >>> BLOCK_SHIFT]! && !this.#columns.isFresh(slot, now)) return MISS
    const byte = this.#bytes[slot]!
    this.#bytes[slot] = usedByte(byte)
    if (isTold(byte)) this.#policy.told(slot)
    return this.#copier === undefined ? this.#values[slot] : this.#read(slot)
  }

  get(key: string, now?: number): Entry | undefined {
    const slot = this.#slots.get(key)
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
    const slot = this.#slots.get(key)
    return slot === undefined ? undefined : this.#columns.entry(slot, this.#read(slot))
  }

  set(key: string, entry: Entry, now?: number): void {
    // Whatever throws does so before anything has changed.
    const value = this.#copier === undefined ? entry.value : this.#copier.store(entry.value, key)
    const weight = this.#settings.weigh === undefined ? 1 : this.#settings.weigh(entry.value, key, value)
    this.#policy.begin()
    if (this.#wheel !== undefined && now !== undefined) this.#dropExpired(this.#wheel, now)
    const slot = this.#slots.get(key)
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
    const slot = this.#slots.get(key)
    if (slot === undefined) return
    this.#policy.begin()
    this.#drop(slot, cause)
    this.#removals.tell()
  }

  clear(): void {
    if (this.#removals.isHeard) {
      for (const [key, slot] of this.#slots) this.#note(key, slot, 'deleted')
    }
    this.#slots.clear()
    this.#keys.length = 0
    this.#free.length = 0
    this.#columns.clear()
    this.#policy.clear()
    this.#wheel?.clear()
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
      entries: this.#slots.size,
      maxEntries,
      weight: isWeighed ? this.#room.weight : this.#slots.size,
      maxWeight: isWeighed ? maxWeight : maxEntries,
      evictions: this.#evictions,
      refusals: this.#refusals,
      windowShare: this.#policy instanceof TinyLfuPolicy ? this.#policy.windowShare : undefined,
    }
  }

  *entries(): Generator<readonly [string, Entry], void, undefined> {
    for (const [key, slot] of this.#slots) yield [key, this.#columns.entry(slot, this.#read(slot))]
  }

  *hottest(): Generator<readonly [string, Entry], void, undefined> {
    // Keys, all at once: whoever reads or writes between two steps moves slots.
    const keys = Array.from(this.#policy.hottest(), (slot) => this.#keys[slot]!)
    for (const key of keys) {
      const entry = this.peek(key)
      if (entry !== undefined) yield [key, entry]
    }
  }

  #insert(key: string, entry: Entry, value: unknown, weight: number, isHeld: boolean): void {
    if (!this.#makeRoom(key, weight, isHeld)) {
      this.#refusals++
      return
    }
    const slot = this.#takeSlot()
    this.#slots.set(key, slot)
    this.#keys[slot] = key
    this.#columns.add(slot, entry, value)
    this.#weights.set(slot, weight)
    this.#room.take(key, weight)
    this.#policy.add(slot, key)
    this.#schedule(slot, entry)
  }

  #overwrite(slot: number, entry: Entry, value: unknown, weight: number): void {
    const former = this.#weights.at(slot)
    this.#note(this.#keys[slot]!, slot, 'replaced')
    this.#columns.set(slot, entry, value)
    if (weight !== former) {
      this.#weights.set(slot, weight)
      this.#room.change(former, weight)
      this.#policy.reweigh(slot, weight - former)
    }
    this.#policy.use(slot)
    this.#schedule(slot, entry)
    if (this.#isWeighed) this.#makeMoreRoom(0)
  }

  /**
   * Whether a newcomer may come in. Afterwards there is room for it. What has its place already (`isHeld`), or was let in before
   * and found too little room, is not weighed against others.
   */
  #makeRoom(key: string, weight: number, isHeld: boolean): boolean {
    const room = this.#room
    if (!this.#isWeighed) return this.#makePlace()
    if (!room.couldHold(weight)) return false
    const free = room.freeFor(key, weight)
    const isLetIn = isHeld || room.awaits(key)
    if (weight > free && !isLetIn && !this.#policy.admits(key, weight, free)) return false
    while (!room.hasPlaceFor(key, weight)) {
      if (this.#evict()) continue
      if (room.hasPlaceAtAll(weight)) return true
      room.keepFor(key, weight)
      return false
    }
    if (!room.awaits(key)) this.#makeMoreRoom(weight)
    return true
  }

  /** Where entries are only counted, one leaves for one that comes. */
  #makePlace(): boolean {
    while (this.#room.isFull) if (!this.#evict()) return false
    return true
  }

  /**
   * For the newcomer that is awaited, by what the operation may still let go. `coming` is the weight of another that has its room
   * and is not in yet.
   */
  #makeMoreRoom(coming: number): void {
    while (this.#room.keepMore(coming)) if (!this.#evict()) return
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

  /** Some of those that expired, so that they leave before any that live. */
  #dropExpired(wheel: ExpiryWheel, now: number): void {
    wheel.turn(now)
    for (let slot = wheel.expired(); slot !== NONE; slot = wheel.expired()) {
      this.#policy.remove(slot)
      this.#release(slot, 'expired')
    }
  }

  /** The wheel need not hear of it: a slot that is free does not expire. */
  #release(slot: number, cause: RemovalCause): void {
    const key = this.#keys[slot]!
    this.#note(key, slot, cause)
    this.#slots.delete(key)
    this.#keys[slot] = ''
    this.#columns.free(slot)
    this.#room.giveBack(this.#weights.at(slot))
    this.#free.push(slot)
  }

  /** The value is read only for one who hears of it: a copy costs. */
  #note(key: string, slot: number, cause: RemovalCause): void {
    if (!this.#removals.isHeard) return
    this.#removals.note(key, this.#removals.isValueHeard ? this.#read(slot) : undefined, cause)
  }

  #schedule(slot: number, entry: Entry): void {
    if (this.#wheel === undefined) {
      if (entry.expiresAt === Infinity) return
      this.#wheel = new ExpiryWheel(entry.storedAt, this.#columns)
      this.#wheel.grow(this.#capacity)
    }
    this.#wheel.schedule(slot, entry.expiresAt)
  }

  #takeSlot(): number {
    const slot = this.#free.pop() ?? this.#keys.length
    if (slot === this.#capacity) this.#grow()
    return slot
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
    this.#wheel?.grow(this.#capacity)
  }

  #read(slot: number): unknown {
    const value = this.#columns.value(slot)
    return this.#copier === undefined ? value : this.#copier.read(value)
  }
}

function policyOf({ policy, seed }: MemoryTierSettings, weights: Column, bounds: MemoryBounds): CountedPolicy {
  if (policy === 'lru') return new LruPolicy()
  return policy === 'sieve' ? new SievePolicy() : new TinyLfuPolicy(weights, bounds, seed)
}
