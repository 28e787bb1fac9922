/** What the contest stores: kept by reference, never copied. */
export interface Value {
  readonly id: number
}

/** The store of one contestant; `A` is what a read answers. A process holds one, so that every call has one target. */
export interface Store<A = Value | undefined> {
  get(key: string): A
  /** Awaited where it answers a promise. */
  set(key: string, value: Value): unknown
  /** Moves a clock that is read less often than once for each call; called every few thousand operations. */
  tick?(): void
  /** It never evicts: what is compared with it must not either. */
  readonly isUnbounded?: true
}

/** What can be measured of a contestant: each opens a store that is empty. */
export interface Subjects {
  store(maxEntries: number): Store
  awaited(maxEntries: number): Store<Promise<Value | undefined>>
}

/** What one library, under one or several sets of options, can be measured at. */
export type Library<Id extends string> = Readonly<Record<Id, Partial<Subjects>>>
