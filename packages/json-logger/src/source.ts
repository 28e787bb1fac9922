/** One name in the tree of loggers: all loggers of that name share it. */
export class Source {
  readonly name: string
  /** The least severity that any sink takes from this name; changed while running. */
  threshold: number
  /** What an encoder made of the name; belongs to the encoder. */
  encoded: object | undefined

  constructor(name: string, threshold: number) {
    this.name = name
    this.threshold = threshold
    this.encoded = undefined
  }
}

/** Every source that somebody still holds, by its name. Names that nobody uses any more are forgotten. */
export class Sources {
  readonly #known = new Map<string, WeakRef<Source>>()
  readonly #gone = new FinalizationRegistry<string>((name) => {
    if (this.#known.get(name)?.deref() === undefined) this.#known.delete(name)
  })
  #thresholdOf: (name: string) => number

  constructor(thresholdOf: (name: string) => number) {
    this.#thresholdOf = thresholdOf
  }

  /** The source of a name, made where there is none. */
  named(name: string): Source {
    const known = this.#known.get(name)?.deref()
    if (known !== undefined) return known
    const source = new Source(name, this.#thresholdOf(name))
    this.#known.set(name, new WeakRef(source))
    this.#gone.register(source, name)
    return source
  }

  /** Gives every source, and those to come, its threshold anew: felt by each logger at its next call. */
  follow(thresholdOf: (name: string) => number): void {
    this.#thresholdOf = thresholdOf
    for (const [name, reference] of this.#known) {
      const source = reference.deref()
      if (source !== undefined) source.threshold = thresholdOf(name)
    }
  }
}
