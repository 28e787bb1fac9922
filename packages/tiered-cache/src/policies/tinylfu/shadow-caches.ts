import { Column } from '../column.ts'
import { Visits } from '../visits.ts'
import { Draws } from './draws.ts'
import { FrequencySketch, MOST_FREQUENT } from './frequency-sketch.ts'
import { WindowLfu } from './window-lfu.ts'

/** The windows tried out beside each other, as shares of the capacity. */
const WINDOWS: readonly number[] = [0.01, 0.1, 0.4, 0.99]
/** How fast an advantage is forgotten, at each decision. */
const DECAY = 0.97
const AGED_IDS = 4
/** In each of them. */
const LONGEST_SHADOW_WALK = 8
const AGED_WORDS = 2
/** So many frequencies are remembered in one request at most; it is one on average. */
const MOST_RAISES = 3

/** Keys are only counted. */
const ALIKE = new Column(1)

interface Shadow {
  readonly cache: WindowLfu
  readonly window: number
  hits: number
  score: number
}

/**
 * Small caches of keys alone, one for each window, that all see the same sample of the requests at the same time: their hits
 * differ by the window and by nothing else (paired comparison). Told of a request it says when it is time to decide.
 */
export class ShadowCaches {
  readonly #capacity: number
  readonly #shadows: readonly Shadow[]
  /** Of keys that left all caches. */
  readonly #sketch: FrequencySketch
  /** By hash, since a colliding key is as good a sample as any. */
  readonly #ids = new Map<number, number>()
  readonly #free: number[]
  readonly #hashes: Int32Array
  /** In how many caches an id is. */
  readonly #holders: Uint8Array
  readonly #requestsPerDecision: number
  #requests = 0
  #agedIds: number
  #isSketchAged = true
  #raises = 0

  /** Each holds `capacity` keys. */
  constructor(capacity: number) {
    // One is taken before the key that it displaces gives back its own.
    const ids = capacity * WINDOWS.length + 1
    this.#capacity = capacity
    this.#shadows = WINDOWS.map((share) => shadowOf(Math.max(1, Math.round(capacity * share)), ids))
    this.#sketch = new FrequencySketch(capacity)
    this.#free = Array.from({ length: ids }, (_, at) => ids - 1 - at)
    this.#hashes = new Int32Array(ids)
    this.#holders = new Uint8Array(ids)
    this.#agedIds = ids
    this.#requestsPerDecision = Math.max(1, Math.floor(capacity / 2))
  }

  /** A sampled key was asked for. True where it is time to decide on the window. O(1). */
  request(hash: number): boolean {
    const id = this.#ids.get(hash) ?? this.#take(hash)
    if (this.#holders[id] === WINDOWS.length) this.#useEverywhere(id)
    else this.#ask(id, hash)
    this.#ageSome()
    if (++this.#requests < this.#requestsPerDecision) return false
    this.#requests = 0
    return true
  }

  /** The window that does best of late. Forgets a little of what it knows. */
  bestWindow(): number {
    let best = 0
    for (const [at, shadow] of this.#shadows.entries()) {
      shadow.score = shadow.score * DECAY + shadow.hits
      shadow.hits = 0
      if (shadow.score > this.#shadows[best]!.score) best = at
    }
    return WINDOWS[best]!
  }

  /** From now on all frequencies are halved, some with each request. */
  age(): void {
    this.#agedIds = 0
    this.#isSketchAged = false
  }

  /** A hit in all of them alike: no window has an advantage, and none is counted. */
  #useEverywhere(id: number): void {
    for (const { cache } of this.#shadows) cache.regions.use(id)
  }

  #ask(id: number, hash: number): void {
    this.#raises = 0
    const frequency = this.#useWhereItIs(id) ?? Math.min(this.#sketch.estimate(hash) + 1, MOST_FREQUENT)
    for (const { cache, window } of this.#shadows) {
      if (cache.regions.has(id)) continue
      if (cache.regions.entries === this.#capacity) this.#evict(cache, window)
      cache.add(id, frequency, window)
      cache.regions.visits.begin()
      this.#holders[id]!++
    }
  }

  /** Its frequency, which is the same in all caches that have it. */
  #useWhereItIs(id: number): number | undefined {
    let frequency: number | undefined
    for (const shadow of this.#shadows) {
      const { regions } = shadow.cache
      if (!regions.has(id)) continue
      shadow.hits++
      regions.use(id)
      frequency = regions.frequency(id)
    }
    return frequency
  }

  #evict(cache: WindowLfu, window: number): void {
    const loser = cache.victim(window)
    cache.regions.remove(loser)
    if (--this.#holders[loser]! > 0) return
    const hash = this.#hashes[loser]!
    this.#ids.delete(hash)
    this.#free.push(loser)
    if (this.#raises++ < MOST_RAISES) this.#sketch.raise(hash, cache.regions.frequency(loser))
  }

  #take(hash: number): number {
    const id = this.#free.pop()!
    this.#ids.set(hash, id)
    this.#hashes[id] = hash
    return id
  }

  #ageSome(): void {
    if (this.#agedIds < this.#hashes.length) {
      const end = Math.min(this.#agedIds + AGED_IDS, this.#hashes.length)
      for (const { cache } of this.#shadows) cache.regions.age(this.#agedIds, end)
      this.#agedIds = end
    }
    if (!this.#isSketchAged) this.#isSketchAged = this.#sketch.ageSome(AGED_WORDS)
  }
}

function shadowOf(window: number, ids: number): Shadow {
  const cache = new WindowLfu(ALIKE, new Draws(window), new Visits(LONGEST_SHADOW_WALK))
  cache.regions.grow(ids)
  return { cache, window, hits: 0, score: 0 }
}
