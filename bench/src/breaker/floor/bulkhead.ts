interface Waiting {
  readonly start: () => void
  next: Waiting | undefined
}

/** A hand-written bulkhead: a counter and a linked list of those who wait; a place goes straight to the next of them. */
export class FloorBulkhead {
  readonly #limit: number
  #active = 0
  #head: Waiting | undefined
  #tail: Waiting | undefined

  constructor(limit: number) {
    this.#limit = limit
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#active < this.#limit) this.#active++
    else await new Promise<void>((resolve) => this.#enqueue(resolve))
    try {
      return await work()
    } finally {
      this.#release()
    }
  }

  #enqueue(start: () => void): void {
    const waiting: Waiting = { start, next: undefined }
    if (this.#tail === undefined) this.#head = waiting
    else this.#tail.next = waiting
    this.#tail = waiting
  }

  #release(): void {
    const first = this.#head
    if (first === undefined) {
      this.#active--
      return
    }
    this.#head = first.next
    if (this.#head === undefined) this.#tail = undefined
    first.start()
  }
}
