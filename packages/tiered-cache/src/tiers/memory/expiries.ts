import type { Entry } from '../../entry.ts'
import { NONE } from '../../policies/policy.ts'
import { ExpiryWheel, type Instants } from './expiry-wheel.ts'

/** When the entries of a memory tier expire: nothing, and no memory, until one comes that does. */
export class Expiries {
  readonly #instants: Instants
  #wheel: ExpiryWheel | undefined
  #capacity = 0

  constructor(instants: Instants) {
    this.#instants = instants
  }

  grow(capacity: number): void {
    this.#capacity = capacity
    this.#wheel?.grow(capacity)
  }

  /** A slot has this entry. Of one that left it need not hear: a slot that is free does not expire. */
  schedule(slot: number, { storedAt, expiresAt }: Entry): void {
    if (this.#wheel === undefined) {
      if (expiresAt === Infinity) return
      this.#wheel = new ExpiryWheel(storedAt, this.#instants)
      this.#wheel.grow(this.#capacity)
    }
    this.#wheel.schedule(slot, expiresAt)
  }

  /** Tells `drop` the slots of some that expired, as many as one operation may look at. */
  turn(now: number, drop: (slot: number) => void): void {
    if (this.#wheel === undefined) return
    this.#wheel.turn(now)
    for (let slot = this.#wheel.expired(); slot !== NONE; slot = this.#wheel.expired()) drop(slot)
  }

  clear(): void {
    this.#wheel?.clear()
  }
}
