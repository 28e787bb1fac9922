/** One operation looks at so many slots at most; so many leave where it need not walk. */
export const MOST_VICTIMS = 44

/** Of them so many at most in search of some that nobody used. */
export const LONGEST_WALK = 20

/** What one operation may look at: so that its time is bounded whatever the cache holds. */
export class Visits {
  readonly #longestWalk: number
  #walkLeft: number
  #slots = 0

  constructor(longestWalk: number = LONGEST_WALK) {
    this.#longestWalk = longestWalk
    this.#walkLeft = longestWalk
  }

  /** How many slots the operation under way has looked at. */
  get slots(): number {
    return this.#slots
  }

  /** A new operation begins. */
  begin(): void {
    this.#slots = 0
    this.#walkLeft = this.#longestWalk
  }

  get mayWalk(): boolean {
    return this.#walkLeft > 0 && this.#slots < MOST_VICTIMS
  }

  /** One slot was looked at on a walk. */
  walk(): void {
    this.#walkLeft--
    this.#slots++
  }

  /** No more walks: many are to leave, as they are. */
  hurry(): void {
    this.#walkLeft = 0
  }

  /** Whether one more may leave; it is counted. */
  evict(): boolean {
    return this.#slots++ < MOST_VICTIMS
  }
}
