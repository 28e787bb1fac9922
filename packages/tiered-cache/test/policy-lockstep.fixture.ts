import type { EvictionPolicy } from '../src/policies/policy.ts'

/** A policy and its reference as one: both are told the same, and the first answer that differs is an Error. */
export class Lockstep implements EvictionPolicy {
  readonly #real: EvictionPolicy
  readonly #reference: EvictionPolicy

  constructor(real: EvictionPolicy, reference: EvictionPolicy) {
    this.#real = real
    this.#reference = reference
  }

  grow(capacity: number): void {
    this.#both((policy) => policy.grow(capacity))
  }

  begin(): void {
    this.#both((policy) => policy.begin())
  }

  use(slot: number): void {
    this.#both((policy) => policy.use(slot))
  }

  add(slot: number, key: string): void {
    this.#both((policy) => policy.add(slot, key))
  }

  reweigh(slot: number, change: number): void {
    this.#both((policy) => policy.reweigh(slot, change))
  }

  remove(slot: number): void {
    this.#both((policy) => policy.remove(slot))
  }

  evict(): number {
    return this.#same('evict', (policy) => policy.evict())
  }

  admits(key: string, weight: number, room: number): boolean {
    return this.#same('admits', (policy) => policy.admits(key, weight, room))
  }

  clear(): void {
    this.#both((policy) => policy.clear())
  }

  hottest(): number[] {
    this.#same('hottest', (policy) => [...policy.hottest()].join(' '))
    return [...this.#real.hottest()]
  }

  #both(tell: (policy: EvictionPolicy) => void): void {
    tell(this.#real)
    tell(this.#reference)
  }

  #same<T extends string | number | boolean>(call: string, ask: (policy: EvictionPolicy) => T): T {
    const answer = ask(this.#real)
    const expected = ask(this.#reference)
    if (answer !== expected) throw new Error(`${call} answers ${answer}, the reference ${expected}`)
    return answer
  }
}
