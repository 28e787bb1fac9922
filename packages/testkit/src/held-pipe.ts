import type { Socket } from 'node:net'

interface Chunk {
  readonly bytes: Buffer
  readonly dueAt: number
}

/** One direction of a connection, whose bytes can be held back or delayed; they keep their order. */
export class HeldPipe {
  readonly #to: Socket
  readonly #queue: Chunk[] = []
  #timer: NodeJS.Timeout | undefined
  #held = false
  /** What is added to the way of bytes that arrive from now on. */
  delayMs = 0

  constructor(from: Socket, to: Socket) {
    this.#to = to
    from.on('data', (bytes: Buffer) => {
      this.#queue.push({ bytes, dueAt: performance.now() + this.delayMs })
      this.#flush()
    })
  }

  set held(held: boolean) {
    this.#held = held
    this.#flush()
  }

  #flush(): void {
    clearTimeout(this.#timer)
    while (!this.#held) {
      const next = this.#queue[0]
      if (next === undefined) return
      const waitMs = next.dueAt - performance.now()
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#flush(), waitMs)
        return
      }
      this.#queue.shift()
      if (!this.#to.destroyed) this.#to.write(next.bytes)
    }
  }
}
