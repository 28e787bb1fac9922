import { LONGEST_WALK, MOST_VICTIMS } from '../src/policies/visits.ts'

/** What `Visits` does: the visits of the operation under way, in the order in which they were made. */
export class PlainVisits {
  readonly #longestWalk: number
  #visits: ('walk' | 'evict')[] = []
  #isHurried = false

  constructor(longestWalk: number = LONGEST_WALK) {
    this.#longestWalk = longestWalk
  }

  begin(): void {
    this.#visits = []
    this.#isHurried = false
  }

  mayWalk(): boolean {
    const walked = this.#visits.filter((visit) => visit === 'walk').length
    return !this.#isHurried && walked < this.#longestWalk && this.#visits.length < MOST_VICTIMS
  }

  walk(): void {
    this.#visits.push('walk')
  }

  hurry(): void {
    this.#isHurried = true
  }

  evict(): boolean {
    return this.#visits.push('evict') <= MOST_VICTIMS
  }
}
