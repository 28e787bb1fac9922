import type { Segment } from './segment.ts'

/** The segments of a log, by their numbers, which have no gap. */
export class SegmentSet {
  readonly #segments = new Map<number, Segment>()
  #oldest = 0
  #newest = -1

  get isEmpty(): boolean {
    return this.#segments.size === 0
  }

  get oldest(): Segment | undefined {
    return this.#segments.get(this.#oldest)
  }

  get newest(): Segment | undefined {
    return this.#segments.get(this.#newest)
  }

  get numbers(): readonly number[] {
    return [...this.#segments.keys()]
  }

  /** The number of the oldest, or of the next one where there is none. */
  get first(): number {
    return this.isEmpty ? this.#newest + 1 : this.#oldest
  }

  /** On the disk, with hints. O(segments). */
  get bytes(): number {
    let sum = 0
    for (const segment of this.#segments.values()) sum += segment.bytes
    return sum
  }

  get(sequence: number): Segment | undefined {
    return this.#segments.get(sequence)
  }

  /** The next older, or the next newer one. */
  add(segment: Segment): void {
    const { sequence } = segment
    this.#oldest = this.isEmpty ? sequence : Math.min(this.#oldest, sequence)
    this.#newest = this.isEmpty ? sequence : Math.max(this.#newest, sequence)
    this.#segments.set(sequence, segment)
  }

  /** The oldest, which is closed. */
  removeOldest(): void {
    this.oldest?.file.close()
    this.#segments.delete(this.#oldest)
    this.#oldest++
  }

  /** The newest, which is closed. */
  removeNewest(): void {
    this.newest?.file.close()
    this.#segments.delete(this.#newest)
    this.#newest--
  }

  /** All that was written to them has reached the disk. */
  async sync(): Promise<void> {
    for (const segment of this.#segments.values()) if (!segment.isSynced) await segment.sync()
  }

  closeAll(): void {
    for (const { file } of this.#segments.values()) file.close()
    this.#segments.clear()
  }
}
