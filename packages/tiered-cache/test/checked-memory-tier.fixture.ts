import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import {
  type DeleteCause,
  type Entry,
  type MemoryResize,
  type MemoryTier,
  type MemoryTierOptions,
  MISS,
  memoryTier,
  type RemovalCause,
} from '@org/tiered-cache'
import { isNamespaced, namespaceEnd } from '../src/key.ts'
import { OWN_BYTES } from '../src/tiers/memory/memory-tier-settings.ts'
import { retainedBytes } from '../src/tiers/memory/retained-bytes.ts'
import type { TierNamespace } from '../src/tiers/tier.ts'
import { isHot } from './live-tags.fixture.ts'
import { PlainRoom } from './plain-room.fixture.ts'
import { weightOf } from './random-entries.fixture.ts'

interface Told {
  readonly key: string
  readonly value: unknown
  readonly cause: RemovalCause
}

/** What an operation may have told, and by which clock. */
interface Operation {
  readonly causes: readonly RemovalCause[]
  readonly now?: number | undefined
  /** What it set: that may leave at once where it overwrote another. */
  readonly set?: readonly [key: string, entry: Entry]
}

/**
 * A memory tier beside a Map of what it must hold: all that was set and let in, less all that it told to be gone. Every call is
 * checked against that Map, as are the bounds at every moment at which somebody can look.
 */
export class CheckedMemoryTier {
  readonly tier: MemoryTier
  readonly held = new Map<string, Entry>()
  /** How often each cause was told: a history that never meets one proves nothing of it. */
  readonly causes = new Map<RemovalCause, number>()
  /** By which rule room is made. */
  readonly room: PlainRoom
  taggedHits = 0
  readonly #views = new Map<string, TierNamespace>()
  readonly #options: MemoryTierOptions
  readonly #told: Told[] = []
  readonly #toldKeys: unknown[] = []
  /** A tier drops what listeners throw: what they saw is asserted later. */
  readonly #sights: string[] = []
  #bounds: { maxEntries: number; maxWeight: number }
  #weighings = 0

  constructor(options: MemoryTierOptions) {
    const { maxEntries = Infinity, maxWeight, maxBytes, weigh } = options
    this.#options = options
    this.room = new PlainRoom((options.policy ?? 'tinylfu') === 'tinylfu')
    this.#bounds = { maxEntries, maxWeight: (maxBytes as number | undefined) ?? maxWeight ?? Infinity }
    this.tier = memoryTier({
      ...options,
      weigh: weigh && ((value, key) => this.#weigh(weigh, value, key)),
      onRemoval: (key, value, cause) => this.#hear({ key, value, cause }),
    })
    this.tier.onRemoval((key, cause) => {
      this.#toldKeys.push([key, cause])
      this.#look('a listener of keys')
    })
  }

  set(key: string, entry: Entry, now?: number): void {
    const before = this.tier.measure()
    const hadRoom = this.#hasRoomFor(key, entry)
    const there = new Map(this.held)
    this.tier.set(key, entry, now)
    const told = this.#settle({ causes: ['capacity', 'expired', 'replaced'], now, set: [key, entry] })
    for (const { key: gone, cause } of told) assert.ok(cause !== 'replaced' || gone === key, `replaced ${gone}`)
    assert.ok(!this.held.has(key), 'the entry that was there before was told')
    const { evictions, refusals } = this.tier.measure()
    const isOwnEvicted = told.some(
      (each) => each.key === key && each.cause === 'capacity' && each.value === entry.value,
    )
    const isIn = this.tier.peek(key) !== undefined
    if (isIn) this.held.set(key, entry)
    assert.equal(refusals - before.refusals, isIn || isOwnEvicted ? 0 : 1)
    assert.equal(evictions - before.evictions, told.filter(({ cause }) => cause === 'capacity').length)
    this.#replayRoom(there, told, [key, entry], isIn || isOwnEvicted)
    if (!this.#isWeighed) assert.ok(isIn, 'refused by a tier that only counts')
    if (hadRoom) assert.ok(isIn || isOwnEvicted)
    assert.equal(this.#weighings, this.#options.weigh === undefined ? 0 : 1)
    this.#weighings = 0
  }

  get(key: string, now?: number): void {
    const entry = this.held.get(key)
    const isOver = entry !== undefined && now !== undefined && now >= entry.expiresAt
    const found = this.tier.get(key, now)
    assert.equal(this.#settle({ causes: ['expired'], now }).length, isOver ? 1 : 0)
    this.#assertSame(found, isOver ? undefined : entry)
  }

  /** By the view of its namespace where it is of one: then the tier itself gives nothing. */
  getFresh(key: string, now: number, tags?: readonly string[]): void {
    const entry = this.held.get(key)
    const isFresh = entry !== undefined && isHot(entry, now, tags ?? [])
    const own = this.tier.getFresh(key, now, tags)
    const found = isNamespaced(key) ? this.#view(key).getFresh(key.slice(namespaceEnd(key)), now, tags) : own
    if (isNamespaced(key)) assert.equal(own, MISS)
    if (isFresh) this.#assertValue(found, entry.value)
    else assert.equal(found, MISS)
    if (isFresh && entry.stamps.length > 0) this.taggedHits++
    this.#settle({ causes: [] })
  }

  peek(key: string): void {
    this.#assertSame(this.tier.peek(key), this.held.get(key))
    this.#settle({ causes: [] })
  }

  delete(key: string, cause?: DeleteCause): void {
    const hadIt = this.held.has(key)
    this.tier.delete(key, cause)
    assert.equal(this.#settle({ causes: [cause ?? 'deleted'] }).length, hadIt ? 1 : 0)
    assert.ok(!this.held.has(key))
  }

  clear(): void {
    this.tier.clear()
    this.room.awaited = undefined
    this.#settle({ causes: ['deleted'] })
    assert.equal(this.held.size, 0)
  }

  resize(bounds: MemoryResize): void {
    const { maxEntries, maxBytes, maxWeight } = bounds
    const weight = (maxBytes as number | undefined) ?? maxWeight ?? this.#bounds.maxWeight
    this.#bounds = { maxEntries: maxEntries ?? this.#bounds.maxEntries, maxWeight: weight }
    const before = this.tier.measure()
    this.tier.resize(bounds)
    this.room.awaited = undefined
    assert.equal(this.#settle({ causes: ['capacity'] }).length, this.tier.measure().evictions - before.evictions)
  }

  /** The tier holds what it must hold and nothing else, fact by fact, and says so. */
  verify(): void {
    const found = new Map(this.tier.entries())
    assert.deepEqual([...found.keys()].toSorted(), [...this.held.keys()].toSorted())
    for (const [key, entry] of this.held) this.#assertSame(found.get(key), entry)
    const { entries, maxEntries, weight, maxWeight } = this.tier.measure()
    const { maxEntries: mostEntries, maxWeight: mostWeight } = this.#bounds
    assert.deepEqual([entries, maxEntries], [this.held.size, mostEntries])
    assert.equal(maxWeight, this.#isWeighed ? mostWeight : mostEntries)
    this.#look('whoever asks')
    assert.deepEqual(this.#sights, [])
    // Of a copy the tier weighs what it keeps, which nobody else sees.
    if (this.#isWeighed && !(this.#isInBytes && this.#options.copy === 'clone')) {
      assert.equal(
        weight,
        [...this.held].reduce((sum, [key, entry]) => sum + this.#weightOf(key, entry), 0),
      )
    }
  }

  /** Each entry comes once in order of hotness. */
  verifyHottest(): void {
    const found = [...this.tier.hottest()]
    assert.equal(found.length, this.held.size)
    for (const [key, entry] of found) this.#assertSame(entry, this.held.get(key))
    assert.equal(new Map(found).size, found.length)
  }

  /** Of a copy the tier weighs what it keeps, which nobody else sees. */
  #replayRoom(
    there: ReadonlyMap<string, Entry>,
    told: readonly Told[],
    [key, entry]: readonly [string, Entry],
    isIn: boolean,
  ): void {
    if (this.#isInBytes && this.#options.copy === 'clone') return
    const { maxEntries, maxWeight } = this.#bounds
    const before = new Map(there)
    for (const { key: gone, cause } of told) if (cause === 'expired') before.delete(gone)
    const weightOfAll = [...before].reduce((sum, [each, held]) => sum + this.#weightOf(each, held), 0)
    const own = before.get(key)
    const ownWeight = own && this.#weightOf(key, own)
    const weight = this.#weightOf(key, entry)
    const sum = weightOfAll + weight - (ownWeight ?? 0)
    const isInPlace = own !== undefined && sum <= maxWeight && sum !== Infinity
    this.room.replay(
      {
        key,
        weight,
        entries: before.size - (own === undefined || isInPlace ? 0 : 1),
        weightOfAll: isInPlace ? sum : weightOfAll - (ownWeight ?? 0),
        victims: told
          .filter(({ cause }) => cause === 'capacity')
          .map((each) => this.#weightOf(each.key, { ...entry, value: each.value })),
        isIn,
        isInPlace,
      },
      maxEntries,
      this.#isWeighed ? maxWeight : Infinity,
    )
  }

  get #isInBytes(): boolean {
    return this.#options.maxBytes !== undefined
  }

  get #isWeighed(): boolean {
    return this.#isInBytes || this.#options.weigh !== undefined
  }

  #weightOf(key: string, { value }: Entry): number {
    if (this.#isInBytes) return OWN_BYTES + retainedBytes(value, key)
    return this.#isWeighed ? weightOf(value) : 0
  }

  /** Whether there is a place for it that is kept for nobody, whatever becomes of the one that has its key; no if that is not known. */
  #hasRoomFor(key: string, entry: Entry): boolean {
    if (this.#isInBytes && this.#options.copy === 'clone') return false
    const { weight } = this.tier.measure()
    const added = this.#weightOf(key, entry)
    const kept = this.room.awaited?.key === key ? 0 : (this.room.awaited?.kept ?? 0)
    const fits = !this.#isWeighed || (weight + added + kept <= this.#bounds.maxWeight && added !== Infinity)
    return fits && this.held.size < this.#bounds.maxEntries
  }

  #weigh(weigh: (value: unknown, key: string) => number, value: unknown, key: string): number {
    this.#weighings++
    this.#look('weigh')
    return weigh(value, key)
  }

  #hear(told: Told): void {
    this.#told.push(told)
    this.#look('a listener of values')
    const now = this.tier.peek(told.key)
    if (now !== undefined && isDeepStrictEqual(now.value, told.value)) this.#sights.push(`${told.key} is still there`)
  }

  #look(who: string): void {
    const { entries, weight } = this.tier.measure()
    const { maxEntries, maxWeight } = this.#bounds
    if (entries <= maxEntries && (!this.#isWeighed || (weight >= 0 && weight <= maxWeight))) return
    this.#sights.push(`${who} saw ${entries} of ${maxEntries} entries, ${weight} of ${maxWeight}`)
  }

  /** Takes out of the model what was told, each once and with its value. */
  #settle({ causes, now, set }: Operation): readonly Told[] {
    const told = this.#told.splice(0)
    assert.deepEqual(
      this.#toldKeys.splice(0),
      told.map(({ key, cause }) => [key, cause]),
    )
    for (const { key, value, cause } of told) {
      const isReplaced = told.some((each) => each.key === key && each.cause === 'replaced')
      const entry = this.held.get(key) ?? (isReplaced && key === set?.[0] ? set[1] : undefined)
      assert.ok(entry, `told of ${key}, which was not there`)
      this.#assertValue(value, entry.value)
      assert.ok(causes.includes(cause), `${key} left by ${cause}`)
      if (cause === 'expired') assert.ok(now !== undefined && now >= entry.expiresAt, `${key} had not expired`)
      this.held.delete(key)
      this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1)
    }
    return told
  }

  #assertSame(found: Entry | undefined, entry: Entry | undefined): void {
    if (found === undefined || entry === undefined) {
      assert.equal(found, entry)
      return
    }
    assert.ok(isDeepStrictEqual(found, entry), `${JSON.stringify(found)} is not ${JSON.stringify(entry)}`)
    for (const [at, stamp] of entry.stamps.entries()) assert.equal(found.stamps[at], stamp)
    this.#assertValue(found.value, entry.value)
  }

  /** The first one that it ever gave. */
  #view(key: string): TierNamespace {
    const prefix = key.slice(0, namespaceEnd(key))
    const view = this.#views.get(prefix) ?? this.tier.namespace(prefix)
    assert.equal(this.tier.namespace(prefix), view)
    this.#views.set(prefix, view)
    return view
  }

  #assertValue(found: unknown, value: unknown): void {
    const isCopy = this.#options.copy === 'clone' && typeof value === 'object'
    if (isCopy) assert.notEqual(found, value)
    if (isCopy) assert.deepStrictEqual(found, value)
    else assert.equal(found, value)
    if (this.#options.copy === 'freeze') assert.ok(Object.isFrozen(found))
  }
}
