/** One run of work on a key that several callers share. */
export interface Flight<T> {
  /** Its result. The work is written so that this never rejects: failures are facts. */
  readonly promise: Promise<T>
  /** True once the key was invalidated since the flight began: the result goes to those who wait and is stored nowhere. */
  readonly void: boolean
}

/**
 * The flights under way, at most one per key that can be joined. A flight that is voided leaves the map at once, so that
 * later callers begin their own. Exact per key: a write to another key never voids it. O(1) per call.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, RunningFlight<T>>()

  joinable(key: string): Flight<T> | undefined {
    return this.#flights.get(key)
  }

  /** Begins a flight in the place of any other; `run` is called at once, with the flight to ask whether it is void. */
  begin(key: string, run: (flight: Flight<T>) => Promise<T>): Flight<T> {
    const flight = new RunningFlight<T>()
    this.#flights.set(key, flight)
    flight.start(run)
    return flight
  }

  /** Takes the flight out of the map, unless a newer one has its place. */
  end(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }

  void(key: string): void {
    const flight = this.#flights.get(key)
    if (flight === undefined) return
    flight.void = true
    this.#flights.delete(key)
  }

  voidAll(): void {
    for (const flight of this.#flights.values()) flight.void = true
    this.#flights.clear()
  }
}

class RunningFlight<T> implements Flight<T> {
  readonly promise: Promise<T>
  void = false
  #settle: (result: Promise<T>) => void = () => {}

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** The promise exists before the work runs: work that asks for its own key waits for itself, not for nothing. */
  start(run: (flight: Flight<T>) => Promise<T>): void {
    this.#settle(run(this))
  }
}
