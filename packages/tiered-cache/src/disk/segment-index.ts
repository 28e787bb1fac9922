import { IndexShard, type Location } from './index-shard.ts'

const SHARD_BITS = 8
const SHARDS = 2 ** SHARD_BITS

/**
 * Where the newest entry of each key is, by the 64-bit hash of the key (two halves of 32 bits). In 256 shards, so that none takes long
 * to grow: 0.1 ms with a million entries in all.
 *
 * While older segments are still being read (from {@link beginRecovery} on) a key that is forgotten leaves a tombstone, and
 * {@link recover} fills what is neither: so segments are read newest first, and what is written meanwhile is newer than all of them.
 */
export class SegmentIndex {
  #shards: (IndexShard | undefined)[] = new Array<IndexShard | undefined>(SHARDS).fill(undefined)
  #isRecovering = false

  /** O(256). */
  get size(): number {
    return this.#shards.reduce((sum, shard) => sum + (shard?.size ?? 0), 0)
  }

  get byteLength(): number {
    return this.#shards.reduce((sum, shard) => sum + (shard?.byteLength ?? 0), 0)
  }

  find(high: number, low: number): Location | undefined {
    return this.#shards[shardOf(high)]?.find(high, low, false)
  }

  /** As {@link find}, and marks the entry as read. */
  use(high: number, low: number): Location | undefined {
    return this.#shards[shardOf(high)]?.find(high, low, true)
  }

  isUsed(high: number, low: number): boolean {
    return this.#shards[shardOf(high)]?.isUsed(high, low) ?? false
  }

  put(high: number, low: number, segment: number, offset: number, length: number): void {
    this.#shard(high).put(high, low, segment, offset, length)
  }

  /** Whether there was, or while older segments are being read may have been, one. */
  forget(high: number, low: number): boolean {
    if (this.#isRecovering) {
      this.#shard(high).bury(high, low)
      return true
    }
    const shard = this.#shards[shardOf(high)]
    if (shard?.has(high, low) !== true) return false
    shard.remove(high, low)
    return true
  }

  /** As {@link forget}, where the entry is still the one at this place. */
  forgetAt(high: number, low: number, segment: number, offset: number): void {
    const found = this.find(high, low)
    if (found?.segment === segment && found.offset === offset) this.forget(high, low)
  }

  /** For the entry at this place, which leaves with all that is older. */
  dropAt(high: number, low: number, segment: number, offset: number): void {
    const found = this.find(high, low)
    if (found?.segment === segment && found.offset === offset) this.#shards[shardOf(high)]?.remove(high, low)
  }

  beginRecovery(): void {
    this.#isRecovering = true
  }

  /** An entry that is older than all that is known; with `length` 0 a tombstone. */
  recover(high: number, low: number, segment: number, offset: number, length: number): void {
    const shard = this.#shard(high)
    if (shard.has(high, low)) return
    if (length === 0) shard.bury(high, low)
    else shard.put(high, low, segment, offset, length)
  }

  endRecovery(): void {
    this.#isRecovering = false
  }

  /** Drops the tombstones, a shard at a time. */
  *dropTombstones(): Generator<void> {
    for (const shard of this.#shards) {
      shard?.dropTombstones()
      yield
    }
  }

  /** Drops the entries of a segment and of all that are older, a shard at a time. */
  *dropThrough(segment: number): Generator<void> {
    for (const shard of this.#shards) {
      shard?.dropThrough(segment)
      yield
    }
  }

  /** Ends a recovery as well. */
  clear(): void {
    this.#shards = new Array<IndexShard | undefined>(SHARDS).fill(undefined)
    this.#isRecovering = false
  }

  #shard(high: number): IndexShard {
    return (this.#shards[shardOf(high)] ??= new IndexShard())
  }
}

function shardOf(high: number): number {
  return high >>> (32 - SHARD_BITS)
}
