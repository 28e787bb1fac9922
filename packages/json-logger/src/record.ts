import type { TraceIds } from './context.ts'
import type { Fields } from './fields.ts'
import type { Level } from './level.ts'

/**
 * One line before it is encoded: plain JSON data, redacted and within the limits; nothing in it is the caller's own object.
 * Made anew for each line: a sink may keep it.
 */
export interface LogRecord {
  /** Epoch milliseconds. */
  readonly time: number
  readonly level: Level
  readonly logger: string
  readonly message: string
  readonly requestId: string | undefined
  /** Of the active span of OpenTelemetry, else of the request. */
  readonly trace: TraceIds | undefined
  /** What the context and the logger give to each line. */
  readonly bindings: Fields
  /** What this call gave. */
  readonly fields: Fields
  /** The error of this line as `{ type, message, stack, code, cause, ... }`: given as the message or under any key. */
  readonly error: unknown
}
