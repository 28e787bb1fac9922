import { isNamespaced, namespaceEnd } from '../../key.ts'
import { MemoryNamespace, type PlaceHit } from './memory-namespace.ts'
import { RareColumn } from './rare-column.ts'

/**
 * Where the entry of a key lies: its slot, or the complement of that where the entry has tags. So a hit knows of a plain one that
 * there is no stamp to look at, without a look.
 */
type Place = number

/** The slot of a place, with tags or without. */
export function slotOf(place: Place): number {
  return place < 0 ? ~place : place
}

/**
 * Which key has which slot, and which slots are free. The keys of a namespace have a map of their own, from what follows the
 * prefix: whoever holds the namespace puts no key together. All here give and take full keys.
 *
 * The slots hold their namespaces, and the list of them does not: one without entries that nobody uses goes with the collector.
 */
export class KeySlots {
  /** The keys of no namespace. */
  readonly plain: Map<string, Place> = new Map()
  readonly #hit: PlaceHit
  /** By slot, without prefix. */
  readonly #keys: string[] = []
  readonly #namespaceOf = new RareColumn<MemoryNamespace>()
  readonly #namespaces = new Map<string, WeakRef<MemoryNamespace>>()
  readonly #collected = new FinalizationRegistry<string>((prefix) => this.#forget(prefix))
  readonly #free: number[] = []

  constructor(hit: PlaceHit) {
    this.#hit = hit
  }

  placeOf(key: string): Place | undefined {
    if (!isNamespaced(key)) return this.plain.get(key)
    const end = namespaceEnd(key)
    return this.#namespaces.get(key.slice(0, end))?.deref()?.places.get(key.slice(end))
  }

  get(key: string): number | undefined {
    const place = this.placeOf(key)
    return place === undefined ? undefined : slotOf(place)
  }

  /** Gives a slot to a key that has none; slots are small whole numbers, without gaps as long as none was freed. */
  take(key: string, isTagged: boolean): number {
    const slot = this.#free.pop() ?? this.#keys.length
    if (isNamespaced(key)) {
      const end = namespaceEnd(key)
      this.#namespaceOf.set(slot, this.namespace(key.slice(0, end)))
      this.#keys[slot] = key.slice(end)
    } else this.#keys[slot] = key
    this.mark(slot, isTagged)
    return slot
  }

  /** The entry in a slot has tags from now on, or none. */
  mark(slot: number, isTagged: boolean): void {
    this.#placesOf(slot).set(this.#keys[slot]!, isTagged ? ~slot : slot)
  }

  free(slot: number): void {
    this.#placesOf(slot).delete(this.#keys[slot]!)
    this.#keys[slot] = ''
    this.#namespaceOf.set(slot, undefined)
    this.#free.push(slot)
  }

  /** Of a slot that is taken. */
  keyOf(slot: number): string {
    const namespace = this.#namespaceOf.at(slot)
    const key = this.#keys[slot]!
    return namespace === undefined ? key : namespace.prefix + key
  }

  /** The same one for the same prefix. */
  namespace(prefix: string): MemoryNamespace {
    const known = this.#namespaces.get(prefix)?.deref()
    if (known !== undefined) return known
    const namespace = new MemoryNamespace(prefix, this.#hit)
    this.#namespaces.set(prefix, new WeakRef(namespace))
    this.#collected.register(namespace, prefix)
    return namespace
  }

  clear(): void {
    this.plain.clear()
    for (const namespace of this.#namespaces.values()) namespace.deref()?.places.clear()
    this.#keys.length = 0
    this.#namespaceOf.clear()
    this.#free.length = 0
  }

  /** In no order; what is changed meanwhile may come or not. */
  *[Symbol.iterator](): Generator<readonly [string, number], void, undefined> {
    for (const [key, place] of this.plain) yield [key, slotOf(place)]
    for (const each of this.#namespaces.values()) {
      const namespace = each.deref()
      if (namespace === undefined) continue
      for (const [key, place] of namespace.places) yield [namespace.prefix + key, slotOf(place)]
    }
  }

  #placesOf(slot: number): Map<string, Place> {
    return this.#namespaceOf.at(slot)?.places ?? this.plain
  }

  /** Unless it is there anew. */
  #forget(prefix: string): void {
    if (this.#namespaces.get(prefix)?.deref() === undefined) this.#namespaces.delete(prefix)
  }
}
