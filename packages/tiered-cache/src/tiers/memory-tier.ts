import { type Duration, durationMs } from '../duration.ts'
import type { Entry } from '../entry.ts'
import { assertCount, assertName, assertOptions } from '../option-object.ts'
import { MISS, type Off, type RemovalCause, type Tier, type TierMeasure } from './tier.ts'

/** Options of {@link memoryTier}. */
export interface MemoryTierOptions {
  /** How many entries it holds at most. Default 10 000; `Infinity` for no bound. */
  readonly maxEntries?: number | undefined
  /** Cap on the life of what it keeps. Default none. */
  readonly ttl?: Duration | undefined
  /** Label in stats and events. Default `'memory'`. */
  readonly name?: string | undefined
}

/** A synchronous tier in the memory of this process. */
export interface MemoryTier extends Tier {
  readonly sync: true
  get(key: string): Entry | undefined
  getFresh(key: string, now: number): unknown
  peek(key: string): Entry | undefined
  set(key: string, entry: Entry): void
  delete(key: string): void
  clear(): void
  onRemoval(listener: (key: string, cause: RemovalCause) => void): Off
  measure(): TierMeasure
}

/**
 * A bounded tier in memory. Values are kept by reference: a hit gives the very object that was stored, so treat it as
 * read-only. When it is full, the entry used longest ago leaves. All operations are O(1).
 */
export function memoryTier(options: MemoryTierOptions = {}): MemoryTier {
  assertOptions('memoryTier options', options, ['maxEntries', 'ttl', 'name'])
  const { maxEntries = 10_000, name = 'memory', ttl } = options
  assertCount('maxEntries', maxEntries, 1)
  assertName('name', name)
  if (ttl !== undefined) durationMs('ttl', ttl)
  return new LruMemoryTier(name, maxEntries, ttl)
}

interface Node {
  readonly key: string
  entry: Entry
  newer: Node | undefined
  older: Node | undefined
}

/** A Map for the look-up and a doubly linked list for the order of use: newest first, evicted from the other end. */
class LruMemoryTier implements MemoryTier {
  readonly name: string
  readonly shared = false
  readonly sync = true
  readonly ttl: Duration | undefined
  readonly #maxEntries: number
  readonly #nodes = new Map<string, Node>()
  readonly #listeners = new Set<(key: string, cause: RemovalCause) => void>()
  #newest: Node | undefined
  #oldest: Node | undefined

  constructor(name: string, maxEntries: number, ttl: Duration | undefined) {
    this.name = name
    this.#maxEntries = maxEntries
    this.ttl = ttl
  }

  get(key: string): Entry | undefined {
    const node = this.#nodes.get(key)
    if (node === undefined) return undefined
    this.#touch(node)
    return node.entry
  }

  peek(key: string): Entry | undefined {
    return this.#nodes.get(key)?.entry
  }

  getFresh(key: string, now: number): unknown {
    const node = this.#nodes.get(key)
    if (node === undefined) return MISS
    const entry = node.entry
    if (now < entry.staleAt && entry.stamps.length === 0) {
      this.#touch(node)
      return entry.value
    }
    if (now >= entry.expiresAt) this.#remove(node, 'expired')
    return MISS
  }

  set(key: string, entry: Entry): void {
    const node = this.#nodes.get(key)
    if (node !== undefined) {
      node.entry = entry
      this.#touch(node)
      this.#tell(key, 'replaced')
      return
    }
    const added: Node = { key, entry, newer: undefined, older: undefined }
    this.#nodes.set(key, added)
    this.#linkNewest(added)
    if (this.#nodes.size > this.#maxEntries) this.#remove(this.#oldest as Node, 'capacity')
  }

  delete(key: string): void {
    const node = this.#nodes.get(key)
    if (node !== undefined) this.#remove(node, 'deleted')
  }

  clear(): void {
    const keys = this.#listeners.size === 0 ? [] : [...this.#nodes.keys()]
    this.#nodes.clear()
    this.#newest = undefined
    this.#oldest = undefined
    for (const key of keys) this.#tell(key, 'deleted')
  }

  onRemoval(listener: (key: string, cause: RemovalCause) => void): Off {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  measure(): TierMeasure {
    const entries = this.#nodes.size
    return { entries, maxEntries: this.#maxEntries, weight: entries, maxWeight: this.#maxEntries }
  }

  #touch(node: Node): void {
    if (node === this.#newest) return
    this.#unlink(node)
    this.#linkNewest(node)
  }

  #remove(node: Node, cause: RemovalCause): void {
    this.#nodes.delete(node.key)
    this.#unlink(node)
    this.#tell(node.key, cause)
  }

  #linkNewest(node: Node): void {
    node.older = this.#newest
    node.newer = undefined
    if (this.#newest !== undefined) this.#newest.newer = node
    this.#newest = node
    this.#oldest ??= node
  }

  #unlink(node: Node): void {
    if (node.newer === undefined) this.#newest = node.older
    else node.newer.older = node.older
    if (node.older === undefined) this.#oldest = node.newer
    else node.older.newer = node.newer
  }

  /** Runs after the state is consistent: a listener that throws changes nothing. */
  #tell(key: string, cause: RemovalCause): void {
    for (const listener of this.#listeners) {
      try {
        listener(key, cause)
      } catch {
        // The listener's fault is its own.
      }
    }
  }
}
