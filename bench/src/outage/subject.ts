import type { Analysis } from '../analysis.ts'

/** Where Redis is: by its address, or by the ports of the masters of a cluster. */
export type Address = { readonly url: string } | { readonly masters: readonly number[] }

/** Memory over Redis with a bus, by the default options of its library. */
export interface Subject {
  /** Resolves when it has found Redis, or given up. It takes requests before. */
  ready(): Promise<unknown>
  getOrSet(key: string, load: () => Promise<Analysis>): Promise<Analysis>
  /** Whether Redis has it; `undefined` of a library that does not tell. */
  set(key: string, value: Analysis): Promise<boolean | undefined>
  /** The longest deadline that an operation on Redis passed, of those that ended between two instants; `undefined` where none did. */
  passedDeadlineMs(from: number, until: number): number | undefined
  close(): Promise<unknown>
}

/** Opens one; it need not be ready. */
export type OpenSubject = (address: Address) => Promise<Subject>
