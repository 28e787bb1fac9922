import type { Off } from './tier.ts'

/**
 * What one node tells the others, after the shared tier has acknowledged it. Never a value. A tag that was invalidated is a key like any
 * other: that of its stamp.
 */
export type BusMessage =
  | { readonly origin: string; readonly action: 'delete'; readonly keys: readonly string[] }
  | { readonly origin: string; readonly action: 'clear' }

/** What a node says of its own writes. Rejects where the bus has not taken it. */
export interface Announcements {
  written(keys: readonly string[]): Promise<void>
  cleared(): Promise<void>
}

/** Hears a bus. Neither method throws. */
export interface BusListener {
  /** Messages in the order of the bus, own ones too; `cursor` is where one would go on after this. */
  message(message: BusMessage, cursor: string): void
  /** Messages may be lost: nothing that was stored before now is to be trusted. `cursor` is where the bus goes on. */
  gap(cursor: string): void
}

/**
 * Tells the nodes of a cache of each other's writes. A message may come late, and is lost only with a `gap` told to whoever missed
 * it.
 */
export interface Bus {
  /** Resolves when the bus has taken the message. Rejects where it could not be sent: the cache keeps it and sends it again. */
  publish(message: BusMessage): Promise<void>
  /**
   * Begins to read, from a cursor that an earlier subscription told, else from now on: `gap` says where that is, once it is known.
   * One subscription at a time.
   */
  subscribe(from: string | undefined, listener: BusListener): Off
  /** How long ago the bus was last known to have told everything, in milliseconds; `Infinity` before it first was. */
  readonly silentMs: number
  /** Whether everything that was published before the subscription began has been told. */
  readonly hasCaughtUp: boolean
  /** The cache that it was given to closes it. */
  close?(): Promise<void>
}
