/** The least that can be called a breaker, as one writes it by hand: failures in a row, one probe, no window, no events. */
export class FloorCore {
  readonly #threshold: number
  readonly #openForMs: number
  #isOpen = false
  #generation = 1
  #failuresInARow = 0
  #openUntil = 0

  constructor(threshold: number, openForMs: number) {
    this.#threshold = threshold
    this.#openForMs = openForMs
  }

  tryAcquire(): number {
    if (!this.#isOpen) return this.#generation
    const now = performance.now()
    if (now < this.#openUntil) return 0
    // This caller is the probe; the others wait for another period.
    this.#openUntil = now + this.#openForMs
    return this.#generation
  }

  success(permit: number): void {
    if (permit !== this.#generation) return
    this.#failuresInARow = 0
    if (this.#isOpen) this.#change(false)
  }

  failure(permit: number): void {
    if (permit !== this.#generation || ++this.#failuresInARow < this.#threshold) return
    this.#openUntil = performance.now() + this.#openForMs
    this.#change(true)
  }

  #change(isOpen: boolean): void {
    this.#isOpen = isOpen
    this.#generation++
  }
}
