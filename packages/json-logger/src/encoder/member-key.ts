import type { Redactor } from '../redact.ts'
import { quote } from './quote.ts'

/** What is known of a key before its value is looked at. */
export interface MemberKey {
  /** The key and its colon as JSON text. */
  readonly text: string
  /** The same behind another member. */
  readonly next: string
  /** Whether the value under it is secret, whatever the paths say. */
  readonly isSecret: boolean
  /** Whether the key itself may hold a secret, as one that is a URL may. */
  readonly mayScrub: boolean
}

/** Keys that are kept. They come from the data, so there is no end to them. */
const MAX_CACHED = 1024
const MAX_CACHED_KEY = 64

/** The keys met under one redactor. Memory is bounded, whatever the keys are. */
export class MemberKeys {
  readonly #redactor: Redactor
  readonly #cache = new Map<string, MemberKey>()

  constructor(redactor: Redactor) {
    this.#redactor = redactor
  }

  /** Amortised O(1); the text is the key's own, not scrubbed. */
  of(key: string): MemberKey {
    return this.#cache.get(key) ?? this.#make(key)
  }

  #make(key: string): MemberKey {
    const quoted = quote(key)
    const made: MemberKey = {
      text: `${quoted}:`,
      next: `,${quoted}:`,
      isSecret: this.#redactor.isSecretKey(key),
      mayScrub: this.#redactor.mayScrub(key),
    }
    if (key.length > MAX_CACHED_KEY) return made
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear()
    this.#cache.set(key, made)
    return made
  }
}

const known = new WeakMap<Redactor, MemberKeys>()
let latest: { readonly redactor: Redactor; readonly keys: MemberKeys } | undefined

/** The keys of a redactor; mostly there is one redactor in a process, so the latest is at hand. */
export function memberKeys(redactor: Redactor): MemberKeys {
  if (latest?.redactor === redactor) return latest.keys
  const keys = known.get(redactor) ?? new MemberKeys(redactor)
  known.set(redactor, keys)
  latest = { redactor, keys }
  return keys
}
