import { areCurrent, hasTag, type Entry, type TagStamp } from '../../entry.ts'
import { RareColumn } from './rare-column.ts'

export const NO_STAMPS: Entry['stamps'] = []

/**
 * The stamps of entries by slot: no memory before an entry has one. Of the first two there is no list, so that a hit gets to them
 * by one step, side by side.
 */
export class StampColumns {
  readonly #first = new RareColumn<TagStamp>()
  readonly #second = new RareColumn<TagStamp>()
  readonly #others = new RareColumn<Entry['stamps']>()

  /** The very objects that were set, in their order. */
  at(slot: number): Entry['stamps'] {
    const first = this.#first.at(slot)
    if (first === undefined) return NO_STAMPS
    const second = this.#second.at(slot)
    return second === undefined ? [first] : [first, second, ...this.#othersAt(slot)]
  }

  isTagged(slot: number): boolean {
    return this.#first.at(slot) !== undefined
  }

  set(slot: number, stamps: Entry['stamps']): void {
    this.#first.set(slot, stamps[0])
    this.#second.set(slot, stamps[1])
    this.#others.set(slot, stamps.length > 2 ? stamps.slice(2) : undefined)
  }

  clear(): void {
    for (const column of [this.#first, this.#second, this.#others]) column.clear()
  }

  /** {@link areCurrent} of the stamps of a slot. The path of a hit. */
  areCurrent(slot: number, tags: readonly string[] | undefined): boolean {
    const first = this.#first.at(slot)
    const second = this.#second.at(slot)
    if (first !== undefined && first.isCurrent !== true) return false
    if (second !== undefined && (second.isCurrent !== true || !areCurrent(this.#othersAt(slot), undefined)))
      return false
    return tags === undefined || this.#hasAll(slot, tags)
  }

  #hasAll(slot: number, tags: readonly string[]): boolean {
    for (let at = 0; at < tags.length; at++) if (!this.#has(slot, tags[at]!)) return false
    return true
  }

  #has(slot: number, tag: string): boolean {
    return this.#first.at(slot)?.tag === tag || this.#second.at(slot)?.tag === tag || hasTag(this.#othersAt(slot), tag)
  }

  #othersAt(slot: number): Entry['stamps'] {
    return this.#others.at(slot) ?? NO_STAMPS
  }
}
