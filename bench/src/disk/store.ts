/** What a library answers: now, or later. */
type Answer<T> = T | Promise<T>

/** The store of one contestant in a directory of its own. A process holds one, so that every call has one target. */
export interface Store {
  get(key: string): Answer<Uint8Array | undefined>
  set(key: string, value: Uint8Array): Answer<unknown>
  close(): Answer<unknown>
}

/** Where it keeps its files, and how many bytes of values it is to hold. */
export interface Place {
  readonly directory: string
  readonly maxBytes: number
  readonly segmentBytes: number
}

/** What can be measured of a contestant. */
export interface Subjects {
  /** Opens its store; all that lies there can be read. */
  store(place: Place): Promise<Store>
}

/** What one library can be measured at. */
export type Library<Id extends string> = Readonly<Record<Id, Subjects>>
