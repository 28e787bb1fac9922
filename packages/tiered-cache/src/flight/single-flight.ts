/** One run of work on a key that several callers share. */
export interface Flight<T> {
  /** Its result. The work is written so that this never rejects: failures are facts. */
  readonly promise: Promise<T>
}

/** The flights under way, at most one per key that can be joined. O(1) per call. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, RunningFlight<T>>()

  /** The flight of the key, unless what it began under is void by now: its result may then be older than what a caller knows. */
  joinable(key: string): Flight<T> | undefined {
    const flight = this.#flights.get(key)
    return flight === undefined || flight.generation.isVoid ? undefined : flight
  }

  /** Begins a flight in the place of any other; `run` is called at once. */
  begin(key: string, generation: { readonly isVoid: boolean }, run: (flight: Flight<T>) => Promise<T>): Flight<T> {
    const flight = new RunningFlight<T>(generation)
    this.#flights.set(key, flight)
    flight.start(run)
    return flight
  }

  /** Takes the flight out of the map, unless a newer one has its place. */
  end(key: string, flight: Flight<T>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}

class RunningFlight<T> implements Flight<T> {
  readonly promise: Promise<T>
  readonly generation: { readonly isVoid: boolean }
  #settle: (result: Promise<T>) => void = () => {}

  constructor(generation: { readonly isVoid: boolean }) {
    this.generation = generation
    this.promise = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** The promise exists before the work runs: work that asks for its own key waits for itself, not for nothing. */
  start(run: (flight: Flight<T>) => Promise<T>): void {
    this.#settle(run(this))
  }
}
