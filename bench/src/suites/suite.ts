import type { BenchOptions, SuiteOption } from '../arguments.ts'

/** What a run hands back: judged, worded, ready to be shown and kept. */
export interface Report {
  /** What is kept as JSON. */
  readonly results: { readonly suite: string; readonly tookMs: number }
  /** For stdout; coloured where that is a terminal. */
  readonly text: string
  /** The same as a web page, where the suite has one. */
  readonly page?: string
  /** Whether something that should have been measured could not be. */
  readonly isIncomplete: boolean
}

/** A set of measurements under one name: `pnpm bench NAME`. */
export interface Suite {
  readonly name: string
  /** One line for `--help`. */
  readonly about: string
  /** The options that mean something to it besides those of every suite. */
  readonly options: readonly SuiteOption[]
  /** Base name of its files in `bench/results`. */
  readonly file: string
  /** Measures; stops early, with the reason of `signal`, where that is aborted. Leaves nothing behind either way. */
  run(options: BenchOptions, signal: AbortSignal): Promise<Report>
}
