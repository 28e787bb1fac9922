import { NONE } from '../src/policies/policy.ts'
import { SlotLists } from '../src/policies/slot-lists.ts'
import { FrequencySketch } from '../src/policies/tinylfu/frequency-sketch.ts'
import { Regions } from '../src/policies/tinylfu/regions.ts'
import { ShadowCaches } from '../src/policies/tinylfu/shadow-caches.ts'
import { Visits } from '../src/policies/visits.ts'

/** How much a policy looked at in one operation. What it looks at twice is one: a slot of a list, four words of a key. */
export interface Looks {
  /** Slots of the policy itself, those that are aged included. */
  readonly slots: number
  /** The same by the policy's own account of its visits. */
  readonly visits: number
  /** Ids in each of the shadows. */
  readonly ids: number
  /** Words of sketches. */
  readonly words: number
}

/** Counts what policies look at. */
export interface LooksCounter {
  /** What one operation looked at, since the last call. */
  take(): Looks
  /** Counts no more. */
  restore(): void
}

const WORDS_OF_A_KEY = 4

/** Counts what all policies look at from now on. Works on the prototypes: for one test file at a time. */
export function countLooks(): LooksCounter {
  const own = new SeenSlots()
  const shadows = new SeenSlots()
  const keys = new SeenSlots()
  let agedWords = 0
  let visits = 0
  let isShadow = false
  const countVisit = (call: Call): unknown => {
    if (!isShadow) visits++
    return call()
  }
  const countSlot = (call: Call, list: object): unknown => {
    const slot = call()
    if (slot !== NONE) (isShadow ? shadows : own).add(list, slot as number)
    return slot
  }
  const countKey = (call: Call, sketch: object, hash = 0): unknown => {
    keys.add(sketch, hash)
    return call()
  }
  const undo = [
    wrap(SlotLists.prototype, 'oldest', countSlot),
    wrap(SlotLists.prototype, 'newer', countSlot),
    wrap(Visits.prototype, 'walk', countVisit),
    wrap(Visits.prototype, 'evict', (call) => {
      const may = call()
      if (may === true && !isShadow) visits++
      return may
    }),
    wrap(Regions.prototype, 'age', (call, regions, from = 0, to = 0) => {
      for (let slot = from; slot < to; slot++) (isShadow ? shadows : own).add(regions, slot)
      if (!isShadow) visits += to - from
      return call()
    }),
    wrap(FrequencySketch.prototype, 'estimate', countKey),
    wrap(FrequencySketch.prototype, 'raise', countKey),
    wrap(FrequencySketch.prototype, 'ageSome', (call, _sketch, aged = 0) => {
      agedWords += aged
      return call()
    }),
    wrap(ShadowCaches.prototype, 'request', (call) => {
      isShadow = true
      const answer = call()
      isShadow = false
      return answer
    }),
  ]
  return {
    take: () => {
      const looks = { slots: own.take(), visits, ids: shadows.take(), words: WORDS_OF_A_KEY * keys.take() + agedWords }
      agedWords = 0
      visits = 0
      return looks
    },
    restore: () => undo.forEach((each) => each()),
  }
}

/** Slots of lists, or hashes in sketches, each counted once. */
class SeenSlots {
  readonly #of = new Map<object, Set<number>>()

  add(owner: object, slot: number): void {
    const slots = this.#of.get(owner)
    if (slots === undefined) this.#of.set(owner, new Set([slot]))
    else slots.add(slot)
  }

  /** How many there are; forgets them. */
  take(): number {
    let count = 0
    for (const slots of this.#of.values()) count += slots.size
    this.#of.clear()
    return count
  }
}

type Call = () => unknown

/** Puts `around` in the place of a method; the answer puts the method back. */
function wrap(
  prototype: object,
  name: string,
  around: (call: Call, owner: object, ...args: number[]) => unknown,
): () => void {
  const original = Reflect.get(prototype, name) as (...args: number[]) => unknown
  const replacement = function (this: object, ...args: number[]): unknown {
    return around(() => original.apply(this, args), this, ...args)
  }
  Reflect.set(prototype, name, replacement)
  return () => void Reflect.set(prototype, name, original)
}
