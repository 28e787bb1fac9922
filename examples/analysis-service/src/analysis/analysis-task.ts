import type { LoggingOptions } from '@org/json-logger'
import type { Acoustics } from './acoustics.ts'
import type { AnalysisOptions } from './analysis-options.ts'

/** What a worker thread is asked; plain data, as all that crosses the boundary between threads. */
export interface AnalysisTask {
  readonly path: string
  readonly options: AnalysisOptions
  /** Of the request that the work is for; stands in the lines that the thread logs. */
  readonly requestId: string | undefined
  readonly traceparent: string | undefined
}

/**
 * What a worker thread answers. An error that crosses the boundary loses its class: the one that callers look for comes as data.
 */
export type AnalysisOutcome = { readonly acoustics: Acoustics } | { readonly unreadable: string }

/** What a worker thread is given when it starts. */
export interface WorkerSetup {
  readonly logging: WorkerLogging
}

/** How the threads log: as the process does, so far as that is plain data. Threads may share a rotated file. */
export type WorkerLogging = Pick<
  LoggingOptions,
  'level' | 'levels' | 'console' | 'file' | 'json' | 'maxFileBytes' | 'backupCount'
>
