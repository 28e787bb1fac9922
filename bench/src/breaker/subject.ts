/** One call of a contestant; the loop awaits it. */
export type AsyncCall = () => Promise<number>

/** One synchronous call of a contestant. */
export type SyncCall = () => number

/** Makes one breaker and sends one call through it. */
export type MakeOne = () => Promise<unknown>

/** What can be measured of a contestant: each opens it anew, ready to be called in a loop. */
export interface Subjects {
  closed(): AsyncCall
  permit(): SyncCall
  open(): Promise<AsyncCall> | AsyncCall
  failing(): AsyncCall
  record(): SyncCall
  timeout(): AsyncCall
  retry(): AsyncCall
  slot(): AsyncCall
  pipeline(): AsyncCall
  queue(): AsyncCall
  idle(): MakeOne
}

/** What one library, under one or several sets of options, can be measured at. */
export type Library<Id extends string> = Readonly<Record<Id, Partial<Subjects>>>
