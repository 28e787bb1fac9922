import { type Clock, systemClock } from '../clock.ts'
import { type Duration, durationMs } from '../duration.ts'
import type { Entry } from '../entry.ts'
import type { MaybePromise, Tier } from '../tiers/tier.ts'
import { GARBAGE } from './garbage.ts'
import { seededChance } from './seeded-chance.ts'

/** Options of {@link ChaosTier}. */
export interface ChaosOptions {
  /** The same seed gives the same faults. Default 1. */
  readonly seed?: number | undefined
  /** Share of operations that fail, 0 to 1. Default 0. */
  readonly faultRate?: number | undefined
  /** Share of reads that answer no entry but garbage, 0 to 1. Default 0. */
  readonly garbageRate?: number | undefined
  /** What {@link ChaosTier.delay} waits by. Default the machine's. */
  readonly clock?: Clock | undefined
}

/**
 * An asynchronous tier around another one that fails, goes mute, answers late or answers garbage, on command or by
 * seeded chance: for tests of what a cache does then.
 *
 * A command holds until the next one; `delay` adds to the others. What a fault hits never reaches the inner tier. An
 * operation begun while mute is held, as bytes of an open connection are: it goes on, late, at {@link heal}.
 */
export class ChaosTier implements Tier {
  readonly name: string
  readonly shared: boolean
  readonly sync = false
  readonly deadline: Duration | undefined
  readonly ttl: Duration | undefined
  readonly clear?: () => Promise<void>
  readonly onRemoval?: NonNullable<Tier['onRemoval']>
  readonly measure?: NonNullable<Tier['measure']>
  readonly open?: () => Promise<void>
  readonly close?: () => Promise<void>
  readonly #inner: Tier
  readonly #clock: Clock
  readonly #faultRate: number
  readonly #garbageRate: number
  readonly #chance: () => number
  readonly #held = new Set<() => void>()
  #muted = false
  #garbled = false
  #error: Error | undefined
  #delayMs = 0

  constructor(inner: Tier, options: ChaosOptions = {}) {
    this.name = inner.name
    this.shared = inner.shared
    this.deadline = inner.deadline
    this.ttl = inner.ttl
    this.#inner = inner
    this.#clock = options.clock ?? systemClock
    this.#faultRate = rate('faultRate', options.faultRate)
    this.#garbageRate = rate('garbageRate', options.garbageRate)
    this.#chance = seededChance(options.seed ?? 1)
    if (inner.clear) this.clear = () => this.#run(() => inner.clear?.())
    if (inner.onRemoval) this.onRemoval = inner.onRemoval.bind(inner)
    if (inner.measure) this.measure = inner.measure.bind(inner)
    if (inner.open) this.open = () => this.#run(() => inner.open?.())
    // Closing is the test's own tidying up: no chaos in it.
    if (inner.close) this.close = inner.close.bind(inner)
  }

  /** From now on every operation rejects with `error`, those held too. */
  fail(error: Error = new Error(`chaos: tier "${this.name}" fails`)): void {
    this.#become(error, false, false)
  }

  /** From now on no operation answers. */
  mute(): void {
    this.#become(undefined, true, false)
  }

  /** From now on every read answers garbage. */
  garble(): void {
    this.#become(undefined, false, true)
  }

  /** From now on every operation begins `by` later; 0 ends it. */
  delay(by: Duration): void {
    this.#delayMs = durationMs('by', by)
  }

  /** Ends every command, and lets held operations go on; the rates stay. */
  heal(): void {
    this.#delayMs = 0
    this.#become(undefined, false, false)
  }

  async get(key: string): Promise<Entry | undefined> {
    const entry = await this.#run(() => this.#inner.get(key))
    if (!this.#garbled && !this.#hits(this.#garbageRate)) return entry
    const make = GARBAGE[Math.floor(this.#chance() * GARBAGE.length)] as () => unknown
    return make() as Entry
  }

  set(key: string, entry: Entry): Promise<void> {
    return this.#run(() => this.#inner.set(key, entry))
  }

  delete(key: string): Promise<void> {
    return this.#run(() => this.#inner.delete(key))
  }

  async #run<T>(operation: () => MaybePromise<T>): Promise<T> {
    if (this.#delayMs > 0) await this.#delayed()
    while (this.#muted) await new Promise<void>((resolve) => this.#held.add(resolve))
    if (this.#error) throw this.#error
    if (this.#hits(this.#faultRate)) throw new Error(`chaos: tier "${this.name}" fails by chance`)
    return operation()
  }

  #delayed(): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimer(resolve, this.#delayMs))
  }

  /** Draws only where there is a rate, so that a rate of one kind does not shift the sequence of another. */
  #hits(share: number): boolean {
    return share > 0 && this.#chance() < share
  }

  #become(error: Error | undefined, muted: boolean, garbled: boolean): void {
    this.#error = error
    this.#muted = muted
    this.#garbled = garbled
    const held = [...this.#held]
    this.#held.clear()
    for (const release of held) release()
  }
}

function rate(option: string, value: number | undefined): number {
  if (value === undefined) return 0
  if (value >= 0 && value <= 1) return value
  throw new RangeError(`${option} must be from 0 to 1, got ${String(value)} (${typeof value})`)
}
