import type { Batch, Value } from './batches.ts'

/** What a store is opened on. */
export interface Place {
  readonly url: string
  /** Before every key in Redis: whatever else the server holds stays untouched. */
  readonly namespace: string
  /** Bound of the memory above Redis: 1 where every read is to reach Redis. */
  readonly memoryEntries: number
}

/** The values in the order of the keys; or, of who looks at no value, how many there were. */
export type Answers = readonly (Value | undefined)[] | number

/** What each set answers; or how many have been done. */
export type Acknowledgements = readonly unknown[] | number

/** The store of one contestant. A process holds one, so that every call has one target. */
export interface Store {
  /** One get for each key, all begun before the first one is awaited. */
  get(keys: readonly string[]): Promise<Answers>
  /** The same in one call, where there is such a call. */
  getMany(keys: readonly string[]): Promise<Answers>
  /** One set for each key, all begun before the first one is awaited; resolves when memory and Redis have all of them. */
  set(batch: Batch): Promise<Acknowledgements>
  close(): Promise<unknown>
}

/** Reads of keys that memory holds. */
export interface Memory {
  getSync(key: string): Value | undefined
  get(key: string): Promise<Value | undefined>
}

/** What can be measured of a contestant. */
export interface Subjects {
  /** Opens its store, connected. */
  store(place: Place): Promise<Store>
  /** Opens its store and sets the batch in it. */
  memory(place: Place, batch: Batch): Promise<Memory>
}

/** What one library, under one or several sets of options, can be measured at. */
export type Library<Id extends string> = Readonly<Record<Id, Partial<Subjects>>>

/** What a library does with one key, or with many in one call. */
export interface Calls {
  readonly get: (key: string) => Promise<Value | undefined>
  readonly getMany?: (keys: readonly string[]) => Promise<Answers>
  readonly set: (key: string, value: Value) => Promise<unknown>
  readonly close: () => Promise<unknown>
}

/** A store of them: a batch is as many calls at once. */
export function storeOf({ get, getMany, set, close }: Calls): Store {
  const getAll = (keys: readonly string[]): Promise<Answers> => Promise.all(keys.map((key) => get(key)))
  return {
    get: getAll,
    getMany: getMany ?? getAll,
    set: ({ keys, values }) => Promise.all(keys.map((key, at) => set(key, values[at] as Value))),
    close,
  }
}
