import type { Trace } from './trace.ts'

/**
 * The hit ratio that no cache of `capacity` entries can exceed: Belady's rule (A study of replacement algorithms for a
 * virtual-storage computer, 1966), which drops what is asked for latest, with bypass: that may be the newcomer itself.
 * O(requests x log requests).
 */
export function optimalRatio({ ids, unique }: Trace, capacity: number): number {
  const nextUse = nextUses(ids, unique)
  /** 1 where the request at that place will find its key. */
  const held = new Uint8Array(ids.length)
  // The held keys by the place of their next use. Places that are past stay in it, below all others, and never come up.
  const latest = new MaxHeap(ids.length)
  let entries = 0
  let hits = 0
  for (let place = 0; place < ids.length; place++) {
    if (held[place] === 1) {
      hits++
      entries--
    }
    const next = nextUse[place] as number
    if (next === NEVER) continue
    latest.push(next)
    held[next] = 1
    if (entries < capacity) entries++
    else held[latest.pop()] = 0
  }
  return hits / ids.length
}

const NEVER = -1

/** For each request the place of the next one for its key. */
function nextUses(ids: Int32Array, unique: number): Int32Array {
  const nextUse = new Int32Array(ids.length)
  const seen = new Int32Array(unique).fill(NEVER)
  for (let place = ids.length - 1; place >= 0; place--) {
    const id = ids[place] as number
    nextUse[place] = seen[id] as number
    seen[id] = place
  }
  return nextUse
}

/** A binary heap of whole numbers that gives the largest first. */
class MaxHeap {
  readonly #numbers: Int32Array
  #size = 0

  constructor(capacity: number) {
    this.#numbers = new Int32Array(capacity)
  }

  push(added: number): void {
    const numbers = this.#numbers
    let at = this.#size++
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = numbers[parent] as number
      if (above >= added) break
      numbers[at] = above
      at = parent
    }
    numbers[at] = added
  }

  /** Of a heap that is not empty. */
  pop(): number {
    const numbers = this.#numbers
    const top = numbers[0] as number
    const last = numbers[--this.#size] as number
    let at = 0
    for (let child = 1; child < this.#size; child = 2 * at + 1) {
      if (child + 1 < this.#size && (numbers[child + 1] as number) > (numbers[child] as number)) child++
      const below = numbers[child] as number
      if (below <= last) break
      numbers[at] = below
      at = child
    }
    numbers[at] = last
    return top
  }
}
