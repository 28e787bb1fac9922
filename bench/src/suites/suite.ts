import type { BenchOptions } from '../arguments.ts'
import type { Results } from '../results.ts'

/** A set of measurements under one name: `pnpm bench NAME`. */
export interface Suite {
  readonly name: string
  /** One line for `--help`. */
  readonly about: string
  /** Measures; stops early, with the reason of `signal`, where that is aborted. Leaves nothing behind either way. */
  run(options: BenchOptions, signal: AbortSignal): Promise<Results>
}
