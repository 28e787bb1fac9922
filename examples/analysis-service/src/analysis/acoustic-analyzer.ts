import { outgoingHeaders } from '@org/json-logger/http'
import { Piscina } from 'piscina'
import type { Acoustics } from './acoustics.ts'
import { type AnalysisOptions, resolveAnalysisOptions } from './analysis-options.ts'
import type { AnalysisOutcome, AnalysisTask, WorkerLogging, WorkerSetup } from './analysis-task.ts'
import { Turns } from './turns.ts'
import { UnreadableAudioError } from './unreadable-audio-error.ts'

/** Analyses recordings off the main thread, so that the event loop goes on serving others. */
export interface AcousticAnalyzer {
  /**
   * The figures of the WAV file at `path`, which the analyser only reads. An abort ends the computation at once, by ending its
   * thread, and rejects with the signal's reason. A thread that dies fails the one analysis it had.
   * @throws UnreadableAudioError where the recording is at fault; TypeError or RangeError where an option is wrong; an Error
   * where the file cannot be read (its code stays in the thread), the thread died, or the analyser is closed
   */
  analyse(path: string, options: AnalysisOptions, context: AnalysisContext): Promise<Acoustics>
  /** Resolves when what was begun or queued is done and all threads have ended; new analyses are refused. */
  close(): Promise<void>
}

/** For whom an analysis runs, and until when. */
interface AnalysisContext {
  readonly requestId: string | undefined
  readonly signal: AbortSignal
}

export interface AcousticAnalyzerOptions {
  /** At most so many threads; each begins with the first analysis that needs it. */
  readonly threads: number
  readonly logging: WorkerLogging
}

const WORKER = new URL('./worker.ts', import.meta.url).href
/** A thread takes some tenths of a second to begin: it waits so long for more work. */
const IDLE_MS = 30_000

/** @throws RangeError where `threads` is wrong */
export function createAcousticAnalyzer(options: AcousticAnalyzerOptions): AcousticAnalyzer {
  const { threads } = options
  if (!Number.isInteger(threads) || threads < 1) {
    throw new RangeError(`threads must be a whole number of at least 1, got ${String(threads)} (${typeof threads})`)
  }
  return new PooledAnalyzer(options)
}

class PooledAnalyzer implements AcousticAnalyzer {
  readonly #pool: Piscina<AnalysisTask, AnalysisOutcome>
  // The pool's own queue is left standing where an abort ends the only thread: nothing waits in it.
  readonly #turns: Turns
  readonly #underWay = new Set<Promise<Acoustics>>()
  #threadFault = new AbortController()
  #isClosed = false

  constructor({ threads, logging }: AcousticAnalyzerOptions) {
    this.#turns = new Turns(threads)
    this.#pool = createPool(threads, { logging })
    // Of a thread that dies without a task, mostly while it begins: whoever waits for it would wait for ever.
    this.#pool.on('error', (error) => {
      this.#threadFault.abort(error)
      this.#threadFault = new AbortController()
    })
  }

  async analyse(path: string, options: AnalysisOptions, { requestId, signal }: AnalysisContext): Promise<Acoustics> {
    if (this.#isClosed) throw new Error('the acoustic analyser is closed')
    resolveAnalysisOptions(options)
    const task = { path, options, requestId, traceparent: outgoingHeaders()['traceparent'] }
    const analysis = this.#turns.take(signal, () => this.#run(task, signal))
    this.#underWay.add(analysis)
    try {
      return await analysis
    } finally {
      this.#underWay.delete(analysis)
    }
  }

  async #run(task: AnalysisTask, signal: AbortSignal): Promise<Acoustics> {
    const fault = this.#threadFault.signal
    try {
      return acousticsOf(await this.#pool.run(task, { signal: AbortSignal.any([signal, fault]) }))
    } catch (error) {
      // The pool has an error of its own for aborts.
      signal.throwIfAborted()
      fault.throwIfAborted()
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    // The pool's own close does not wait for threads that are only beginning.
    await Promise.allSettled(this.#underWay)
    await this.#pool.destroy()
  }
}

function createPool(threads: number, workerData: WorkerSetup): Piscina<AnalysisTask, AnalysisOutcome> {
  return new Piscina({
    filename: WORKER,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    workerData,
    // Waiting on a lock between tasks would stop the thread's event loop, and with it its log.
    atomics: 'disabled',
  })
}

function acousticsOf(outcome: AnalysisOutcome): Acoustics {
  if ('unreadable' in outcome) throw new UnreadableAudioError(outcome.unreadable)
  return outcome.acoustics
}
