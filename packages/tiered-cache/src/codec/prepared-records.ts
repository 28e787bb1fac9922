import type { Entry } from '../entry.ts'
import type { MaybePromise } from '../tiers/tier.ts'

interface Prepared {
  readonly key: string
  readonly record: Buffer
}

/** Records that were made ahead of the write of their entry. Each is kept as long as its entry is, and given out once. */
export class PreparedRecords {
  readonly #prepared = new WeakMap<Entry, Prepared>()

  /** Keeps the record of an entry, and gives its length in bytes; a promise where the record is one. */
  keep(key: string, entry: Entry, record: MaybePromise<Buffer>): MaybePromise<number> {
    return record instanceof Promise
      ? record.then((done) => this.#keep(key, entry, done))
      : this.#keep(key, entry, record)
  }

  /** The record that was kept of this very entry for this key, which belongs to the caller: it is written once. */
  take(key: string, entry: Entry): Buffer | undefined {
    const prepared = this.#prepared.get(entry)
    if (prepared?.key !== key) return undefined
    this.#prepared.delete(entry)
    return prepared.record
  }

  #keep(key: string, entry: Entry, record: Buffer): number {
    this.#prepared.set(entry, { key, record })
    return record.length
  }
}
