import type { LogRecord } from '../record.ts'
import type { TargetStats } from './line-target.ts'
import { reportOnStderr } from './report.ts'
import type { Sink } from './sink.ts'

/** A user's own sink, kept at arm's length: whatever it throws or rejects with is counted, and told once per change of state. */
export class RecordOutput {
  readonly name: string
  readonly #sink: Sink
  #written = 0
  #dropped = 0
  #isFailing = false

  constructor(name: string, sink: Sink) {
    this.name = name
    this.#sink = sink
  }

  write(record: LogRecord): void {
    try {
      const result: unknown = this.#sink.write(record)
      // An async function is a sink too, as far as types go.
      if (isThenable(result)) void this.#settled(result)
      else this.#succeed()
    } catch (error) {
      this.#fail(error)
    }
  }

  stats(): TargetStats {
    const { written, dropped } = { written: this.#written, dropped: this.#dropped }
    return { written, dropped, writeFaults: dropped, rotations: 0, bufferedBytes: 0 }
  }

  async #settled(result: PromiseLike<unknown>): Promise<void> {
    try {
      await result
      this.#succeed()
    } catch (error) {
      this.#fail(error)
    }
  }

  #succeed(): void {
    this.#written++
    if (!this.#isFailing) return
    this.#isFailing = false
    reportOnStderr(`${this.name} takes lines again`)
  }

  #fail(error: unknown): void {
    this.#dropped++
    if (this.#isFailing) return
    this.#isFailing = true
    reportOnStderr(`${this.name} failed (${nameOf(error)}), its lines are dropped`)
  }
}

function isThenable(result: unknown): result is PromiseLike<unknown> {
  return typeof (result as PromiseLike<unknown> | null | undefined)?.then === 'function'
}

/** A sink may throw anything, an error whose members throw included. */
function nameOf(error: unknown): string {
  try {
    return error instanceof Error ? error.name : typeof error
  } catch {
    return 'unknown'
  }
}
