import type { Store, Value } from '../memory/store.ts'

/** One value for everybody who asks while it is loaded. */
export type ReadThrough = (key: string, load: () => Promise<Value> | Value) => Promise<Value | undefined>

/** Many keys at once: what is missing is loaded. */
export interface ManyStore {
  set(key: string, value: Value): unknown
  /** The values there are, in any order. */
  getAll(keys: readonly string[], load: (key: string) => Value): Promise<readonly (Value | undefined)[]>
}

/** Entries that go all at once. */
export interface SweptStore {
  set(key: string, value: Value): unknown
  get(key: string): Promise<Value | undefined>
  sweep(): Promise<unknown>
}

/** Entries that stay while others go. */
export interface BesideStore extends Store {
  /** Sets another entry and lets it go by its tag. */
  invalidateAnother(): Promise<unknown>
}

/** What can be measured of a contestant: each opens a store that is empty. */
export interface Subjects {
  sync(maxEntries: number): Store
  get(maxEntries: number): Store<Promise<Value | undefined>>
  /** `get` of it reads through. */
  getOrSet(maxEntries: number): Store<Promise<Value | undefined>>
  readThrough(): ReadThrough
  many(maxEntries: number): ManyStore
  /** Lets go by the tag that all entries have. */
  tagged(maxEntries: number): SweptStore
  /** Lets go in whatever way the contestant is named after. */
  swept(maxEntries: number): SweptStore
  beside(maxEntries: number): BesideStore
}

/** What one library, under one or several sets of options, can be measured at. */
export type Library<Id extends string> = Readonly<Record<Id, Partial<Subjects>>>
