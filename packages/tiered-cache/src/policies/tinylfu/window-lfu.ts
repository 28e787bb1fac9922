import { NONE, type Weights } from '../policy.ts'
import type { Visits } from '../visits.ts'
import type { Draws } from './draws.ts'
import { PROBATION, PROTECTED, Regions, WINDOW } from './regions.ts'

/** Of what is beside the window. */
const PROTECTED_SHARE = 0.9
const MOST_DEMOTIONS = 4
/** From this frequency on a loser is let in now and then, so that keys with a colliding hash cannot lock it out. */
const WARM = 6
const WARM_CHANCE = 1 / 128

/**
 * The regions of a W-TinyLFU cache and the rule by which slots leave them. How large the window is to be, in weight, is told with
 * each call that depends on it; it is approached by one slot a call.
 */
export class WindowLfu {
  readonly regions: Regions
  readonly #weights: Weights
  readonly #draws: Draws

  constructor(weights: Weights, draws: Draws, visits: Visits) {
    this.regions = new Regions(weights, visits)
    this.#weights = weights
    this.#draws = draws
  }

  /** A newcomer, used `frequency` times as far as is known. */
  add(slot: number, frequency: number, window: number): void {
    this.regions.add(slot, frequency)
    this.#shrinkWindow(window)
  }

  /** The slot that is to leave for a newcomer, or NONE. It stays until it is removed. */
  victim(window: number): number {
    const { regions } = this
    if (!regions.visits.mayWalk) return this.#oldest(window)
    if (regions.weightOf(WINDOW) >= window) {
      this.#shrinkWindow(window)
      const candidate = regions.oldestUnused(WINDOW, WINDOW)
      if (candidate !== NONE) return this.#loser(candidate)
    }
    const victim = this.#mainVictim()
    return victim === NONE ? regions.oldestUnused(WINDOW, WINDOW) : victim
  }

  /** Of the two oldest, as they are, the one used less often: one more look for each that leaves. */
  #oldest(window: number): number {
    const { regions } = this
    const candidate = regions.weightOf(WINDOW) >= window ? regions.oldest(WINDOW) : NONE
    const victim = this.#oldestOfMain()
    if (victim === NONE) return regions.oldest(WINDOW)
    if (candidate === NONE) return victim
    return regions.frequency(candidate) > regions.frequency(victim) ? victim : candidate
  }

  #oldestOfMain(): number {
    const { regions } = this
    const guarded = regions.weightOf(PROTECTED)
    const isGuardedFirst = guarded > PROTECTED_SHARE * (guarded + regions.weightOf(PROBATION))
    const first = regions.oldest(isGuardedFirst ? PROTECTED : PROBATION)
    return first === NONE ? regions.oldest(isGuardedFirst ? PROBATION : PROTECTED) : first
  }

  /** Whether a newcomer that was used so often is worth more than what would leave the main region for its weight. */
  admits(frequency: number, weight: number): boolean {
    return this.#wins(frequency, weight, this.#mainVictim())
  }

  /** The window's candidate itself, unless it is worth more than what it would displace. */
  #loser(candidate: number): number {
    const victim = this.#mainVictim()
    if (victim === NONE) return candidate
    if (!this.#wins(this.regions.frequency(candidate), this.#weights.at(candidate), victim)) return candidate
    this.regions.move(candidate, PROBATION)
    return victim
  }

  /** Who was used more often than all of that weight together, from `victim` on; and a warm loser now and then. */
  #wins(frequency: number, weight: number, victim: number): boolean {
    if (frequency > this.#frequencyInFront(victim, weight, frequency)) return true
    return frequency >= WARM && this.#draws.next() < WARM_CHANCE
  }

  /**
   * How often the entries of the main region from `victim` on that weigh so much together were used: counted no further than
   * `enough`, and reckoned from those seen where the operation may walk no further.
   */
  #frequencyInFront(victim: number, weight: number, enough: number): number {
    let sum = 0
    let seen = 0
    for (let slot = victim; slot !== NONE; slot = this.regions.behind(slot)) {
      sum += this.regions.frequency(slot)
      seen += this.#weights.at(slot)
      if (seen >= weight || sum >= enough) return sum
      if (!this.regions.visits.mayWalk) return seen === 0 ? sum : (sum * weight) / seen
    }
    return Infinity
  }

  /** The one to leave the main region next. */
  #mainVictim(): number {
    this.#demote()
    const victim = this.regions.oldestUnused(PROBATION, PROTECTED)
    return victim === NONE ? this.regions.oldestUnused(PROTECTED, PROTECTED) : victim
  }

  /** Some of the protected go back on probation where they are too many. */
  #demote(): void {
    const { regions } = this
    for (let step = 0; step < MOST_DEMOTIONS && regions.visits.mayWalk; step++) {
      const guarded = regions.weightOf(PROTECTED)
      if (guarded <= PROTECTED_SHARE * (guarded + regions.weightOf(PROBATION))) return
      const slot = regions.oldest(PROTECTED)
      if (slot === NONE) return
      regions.move(slot, regions.takeVisited(slot) ? PROTECTED : PROBATION)
    }
  }

  /** One leaves a window that is too large even without it. */
  #shrinkWindow(window: number): void {
    const { regions } = this
    if (regions.weightOf(WINDOW) <= window || !regions.visits.mayWalk) return
    const slot = regions.oldestUnused(WINDOW, WINDOW)
    if (slot !== NONE && regions.weightOf(WINDOW) - this.#weights.at(slot) >= window) regions.move(slot, PROBATION)
  }
}
