import { PlainSketch } from './policy-plain-sketch.fixture.ts'
import { PlainVisits } from './policy-plain-visits.fixture.ts'
import { PlainWindowLfu, type Resident } from './policy-plain-window-lfu.fixture.ts'

const MOST_FREQUENT = 15
const WINDOWS = [0.01, 0.1, 0.4, 0.99]
const DECAY = 0.97
const AGED_IDS = 4
const LONGEST_SHADOW_WALK = 8
const AGED_WORDS = 2
const MOST_RAISES = 3

/** The shadows beside each other, by number: a number stands for a key as long as one of them has it. */
export class PlainShadows {
  readonly #capacity: number
  readonly #shadows: { cache: PlainWindowLfu; share: number; window: number; hits: number; score: number }[]
  readonly #sketch: PlainSketch
  readonly #ids = new Map<number, number>()
  readonly #free: number[]
  readonly #requestsPerDecision: number
  #requests = 0
  /** The ids whose frequencies are to be halved yet. */
  #unaged: number[] = []
  #isSketchAged = true
  #raises = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#shadows = WINDOWS.map((share) => {
      const window = Math.max(1, Math.round(capacity * share))
      const cache = new PlainWindowLfu({ at: () => 1 }, window, new PlainVisits(LONGEST_SHADOW_WALK))
      return { cache, share, window, hits: 0, score: 0 }
    })
    this.#sketch = new PlainSketch(capacity)
    this.#free = this.#allIds().toReversed()
    this.#requestsPerDecision = Math.max(1, Math.floor(capacity / 2))
  }

  request(hash: number): boolean {
    const id = this.#ids.get(hash) ?? this.#free.pop()!
    this.#ids.set(hash, id)
    const known = this.#shadows.map(({ cache }) => cache.residents.get(id))
    const isEverywhere = known.every((resident) => resident !== undefined)
    for (const resident of known)
      if (resident !== undefined) resident.frequency = Math.min(resident.frequency + 1, MOST_FREQUENT)
    const frequency =
      known.find((resident) => resident !== undefined)?.frequency ??
      Math.min(this.#sketch.estimate(hash) + 1, MOST_FREQUENT)
    this.#raises = 0
    for (const [at, resident] of known.entries()) {
      const shadow = this.#shadows[at]!
      if (resident === undefined) {
        if (shadow.cache.residents.size === this.#capacity) this.#evict(shadow.cache, shadow.window)
        shadow.cache.add(id, hash, frequency, shadow.window)
        shadow.cache.visits.begin()
      } else {
        if (!isEverywhere) shadow.hits++
        resident.wasUsed = true
      }
    }
    this.#ageSome()
    this.#requests = (this.#requests + 1) % this.#requestsPerDecision
    return this.#requests === 0
  }

  bestWindow(): number {
    for (const shadow of this.#shadows) {
      shadow.score = shadow.score * DECAY + shadow.hits
      shadow.hits = 0
    }
    const most = Math.max(...this.#shadows.map(({ score }) => score))
    return this.#shadows.find(({ score }) => score === most)!.share
  }

  age(): void {
    this.#unaged = this.#allIds()
    this.#isSketchAged = false
  }

  #evict(cache: PlainWindowLfu, window: number): void {
    const { slot, hash, frequency } = cache.victim(window)!
    cache.remove(cache.residents.get(slot)!)
    if (this.#shadows.some((shadow) => shadow.cache.residents.has(slot))) return
    this.#ids.delete(hash)
    this.#free.push(slot)
    if (this.#raises++ < MOST_RAISES) this.#sketch.raise(hash, frequency)
  }

  #ageSome(): void {
    for (const id of this.#unaged.splice(0, AGED_IDS)) {
      for (const { cache } of this.#shadows) halve(cache.residents.get(id))
    }
    if (!this.#isSketchAged) this.#isSketchAged = this.#sketch.ageSome(AGED_WORDS)
  }

  #allIds(): number[] {
    return Array.from({ length: this.#capacity * WINDOWS.length + 1 }, (_, id) => id)
  }
}

/** As aging does it. */
export function halve(resident: Resident | undefined): void {
  if (resident !== undefined) resident.frequency = Math.floor(resident.frequency / 2)
}
