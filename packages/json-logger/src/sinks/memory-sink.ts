import type { LogRecord } from '../record.ts'
import type { Sink } from './sink.ts'

/** A sink that keeps every record, for tests. */
export interface MemorySink extends Sink {
  /** In the order they were written. */
  readonly records: readonly LogRecord[]
  clear(): void
}

/** A sink that keeps every record until `clear`: for tests, since it has no bound. */
export function memorySink(): MemorySink {
  const records: LogRecord[] = []
  return {
    records,
    write: (record) => void records.push(record),
    clear: () => void records.splice(0),
  }
}
