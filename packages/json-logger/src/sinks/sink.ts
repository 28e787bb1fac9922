import type { Threshold } from '../level.ts'
import type { LogRecord } from '../record.ts'

/** A place where lines go. Your own needs `write` alone; what it throws is counted and reported once, and reaches no caller. */
export interface Sink {
  /** The least level it takes. Default: all that the loggers let pass. */
  readonly level?: Threshold | undefined
  /** Called once per line, at once and in order. */
  write(record: LogRecord): void
  /** Resolves when all that was taken is written. */
  flush?(): Promise<void>
  /** Writes what it can at once: the process is about to end. */
  flushSync?(): void
  close?(): Promise<void>
}
