import type { Machine } from './machine.ts'

/** What the results of every suite begin with. */
export interface RunHead<Name extends string> {
  readonly format: 1
  readonly suite: Name
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly tookMs: number
  readonly quick: boolean
}

/** What the results of every suite tell of the run. */
export interface RunResults<Name extends string> extends RunHead<Name> {
  readonly machine: Machine
  /** What makes these numbers less sure than they look. */
  readonly warnings: readonly string[]
  /** What was measured and how, for the reader. */
  readonly notes: readonly string[]
}

/** The head of the results of a run that ends now. */
export function headOf<Name extends string>(suite: Name, startedAt: Date, quick: boolean): RunHead<Name> {
  return { format: 1, suite, startedAt: startedAt.toISOString(), tookMs: Date.now() - startedAt.getTime(), quick }
}
