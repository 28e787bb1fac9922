import { type Endpoint, FAULT, type Fault } from './fault.ts'

interface Waiting {
  readonly fault: Fault
  readonly on: Endpoint
  left: number
}

/** The faults on command, in the order they were added: each befalls its requests, then the next of its endpoint has its turn. */
export class Faults {
  #waiting: Waiting[] = []

  /** @throws ZodError where it is no fault. */
  add(fault: Fault): void {
    const { kind, on, times = Number.POSITIVE_INFINITY } = FAULT.parse(fault)
    this.#waiting.push({ fault, on: on ?? (kind === 'tokenRefused' ? 'oauth' : 'chat'), left: times })
  }

  /** From now on all is well; what is mute or slow already stays so. */
  clear(): void {
    this.#waiting = []
  }

  /** What befalls the next request of `endpoint`, used up by asking. */
  take(endpoint: Endpoint): Fault | undefined {
    const waiting = this.#waiting.find(({ on }) => on === endpoint)
    if (waiting === undefined) return undefined
    waiting.left--
    if (waiting.left === 0) this.#waiting = this.#waiting.filter((other) => other !== waiting)
    return waiting.fault
  }
}
