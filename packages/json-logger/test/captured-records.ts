import { type LogRecord, memorySink, setupLogging } from '../src/index.ts'

/** What is logged from now on, until `stop`. */
export interface CapturedRecords {
  all(): readonly LogRecord[]
  of(logger: string): readonly LogRecord[]
  stop(): Promise<void>
}

/** Sends all lines of this process into memory. */
export function captureRecords(levels: Readonly<Record<string, 'silent' | 'warn'>> = {}): CapturedRecords {
  const sink = memorySink()
  const logging = setupLogging({ console: false, sinks: [sink], level: 'trace', levels })
  return {
    all: () => sink.records,
    of: (logger) => sink.records.filter((record) => record.logger === logger),
    stop: () => logging.close(),
  }
}
