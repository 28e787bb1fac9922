import type { Acknowledged } from './core/write.ts'
import type { Writes } from './core/writes.ts'
import { isNamespaced, namespacePrefix } from './key.ts'

const NO_TAGS: readonly string[] = []
/** Names that are kept, until they are made anew. */
const MAX_NAMES = 1_024

/** How keys and tags are called by who uses a cache, or a namespace of it, and how in its tiers. */
export interface Keyspace {
  /** What its keys begin with in tiers. */
  readonly prefix: string
  /** What every entry is stored with. */
  readonly tags: readonly string[]
  keyOf(key: string): string
  /** `undefined` for a key of another namespace. */
  userKeyOf(stored: string): string | undefined
  /** How tags are called in tiers; the same strings for the same tags, where it is asked for them often. */
  namesOf(tags: readonly string[]): readonly string[]
  /** What an entry with tags of these names is stored with; shares nothing with them, which are the caller's. */
  withOwn(names: readonly string[]): readonly string[]
  shownTags(stored: readonly string[]): readonly string[]
  clear(writes: Writes): Promise<Acknowledged>
}

/** The keys and tags of the cache itself. */
export const ROOT: Keyspace = {
  prefix: '',
  tags: NO_TAGS,
  keyOf: (key) => key,
  userKeyOf: (stored) => (isNamespaced(stored) ? undefined : stored),
  namesOf: (tags) => tags,
  withOwn: (names) => [...names],
  shownTags: (stored) => stored,
  clear: (writes) => writes.clear(),
}

/** A namespace: every entry has one tag more, by which all of it is cleared. */
export class Namespace implements Keyspace {
  readonly prefix: string
  readonly tags: readonly string[]
  /** By tag: a comparison of the very same strings is that of two pointers. */
  readonly #names = new Map<string, string>()

  constructor(name: string) {
    this.prefix = namespacePrefix(name)
    this.tags = [this.prefix]
  }

  keyOf(key: string): string {
    return this.prefix + key
  }

  userKeyOf(stored: string): string | undefined {
    return stored.startsWith(this.prefix) ? stored.slice(this.prefix.length) : undefined
  }

  namesOf(tags: readonly string[]): readonly string[] {
    return tags.map((tag) => this.#names.get(tag) ?? this.#nameOf(tag))
  }

  withOwn(names: readonly string[]): readonly string[] {
    return [this.prefix, ...names]
  }

  shownTags(stored: readonly string[]): readonly string[] {
    return stored.filter((tag) => tag !== this.prefix).map((tag) => this.userKeyOf(tag) ?? tag)
  }

  clear(writes: Writes): Promise<Acknowledged> {
    return writes.invalidate(this.prefix, 'delete')
  }

  #nameOf(tag: string): string {
    if (this.#names.size >= MAX_NAMES) this.#names.clear()
    const name = this.prefix + tag
    this.#names.set(tag, name)
    return name
  }
}
