import { NONE } from './policy.ts'

const FIRST_CAPACITY = 16

/**
 * A few doubly linked lists over slots, each from the newest slot to the oldest; a slot is in one of them at most. Eight bytes a
 * slot, all operations O(1). It does not know which list a slot is in: who links also unlinks.
 */
export class SlotLists {
  readonly #lists: number
  /** Of node n at 2n the older neighbour, at 2n + 1 the newer one. The first nodes are the ends of the lists, then come the slots. */
  #links: Int32Array

  constructor(lists: number) {
    this.#lists = lists
    this.#links = new Int32Array(2 * (lists + FIRST_CAPACITY))
    this.clear()
  }

  /** Makes place for the slots below `capacity`. */
  grow(capacity: number): void {
    const length = 2 * (this.#lists + capacity)
    if (length <= this.#links.length) return
    const grown = new Int32Array(length)
    grown.set(this.#links)
    this.#links = grown
  }

  /** Empties all lists. */
  clear(): void {
    for (let list = 0; list < this.#lists; list++) {
      this.#links[2 * list] = list
      this.#links[2 * list + 1] = list
    }
  }

  addNewest(list: number, slot: number): void {
    const links = this.#links
    const node = slot + this.#lists
    const second = links[2 * list]!
    links[2 * node] = second
    links[2 * node + 1] = list
    links[2 * second + 1] = node
    links[2 * list] = node
  }

  remove(slot: number): void {
    const links = this.#links
    const node = slot + this.#lists
    const older = links[2 * node]!
    const newer = links[2 * node + 1]!
    links[2 * newer] = older
    links[2 * older + 1] = newer
  }

  moveToNewest(list: number, slot: number): void {
    this.remove(slot)
    this.addNewest(list, slot)
  }

  isEmpty(list: number): boolean {
    return this.#links[2 * list] === list
  }

  oldest(list: number): number {
    return this.#slot(this.#links[2 * list + 1]!)
  }

  /** The next newer slot of the same list, or NONE. */
  newer(slot: number): number {
    return this.#slot(this.#links[2 * (slot + this.#lists) + 1]!)
  }

  /** Stays right only while nothing changes. */
  *newestFirst(list: number): Generator<number, void, undefined> {
    for (let node = this.#links[2 * list]!; node >= this.#lists; node = this.#links[2 * node]!) yield node - this.#lists
  }

  #slot(node: number): number {
    return node < this.#lists ? NONE : node - this.#lists
  }
}
