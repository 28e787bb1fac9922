import type { TraceIds } from '../context.ts'
import type { Level } from '../level.ts'

/** The members of a JSON line that can be renamed. */
export type MemberName = 'timestamp' | 'level' | 'logger' | 'message' | 'request_id'

/** Members of a line, by the names they have in it. */
export type Members = Readonly<Record<string, string | number | boolean | object>>

/** Names of the parts of an error that stand beside the other members; `details`: all other parts, as an object. */
export interface ErrorNames {
  readonly type: string
  readonly message: string
  readonly stack: string
  readonly details: string
}

/** The shape that a log store expects of a JSON line. */
export interface Preset {
  readonly names: Readonly<Record<MemberName, string>>
  /** ISO 8601 in UTC, or nanoseconds since the epoch as a string of digits. */
  readonly time: 'iso' | 'nanoseconds'
  /** Members that tell the level, under the name it has here. */
  level(name: string, level: Level): Members
  /** Members that tell the logger, under the name it has here. */
  logger(name: string, logger: string): Members
  /** Whether the message comes right after time and level. */
  readonly messageFirst: boolean
  /** Members that are the same in every line. */
  readonly constants: Members
  trace(ids: TraceIds): Members
  /** How the parts of the line's error are named where it does not stay the object `{ type, message, stack, ... }`. */
  readonly error: ErrorNames | undefined
  /** The object that holds the fields where they do not stand beside the other members. */
  readonly attributes: string | undefined
  /** The line's default limit of bytes. */
  readonly maxLineBytes: number
}

/** What every preset begins with: `timestamp level logger message request_id`, level as `INFO`. */
export const PLAIN: Preset = {
  names: { timestamp: 'timestamp', level: 'level', logger: 'logger', message: 'message', request_id: 'request_id' },
  time: 'iso',
  level: (name, level) => ({ [name]: level.toUpperCase() }),
  logger: (name, logger) => ({ [name]: logger }),
  messageFirst: false,
  constants: {},
  trace: ({ traceId, spanId }) => ({ trace_id: traceId, span_id: spanId }),
  error: undefined,
  attributes: undefined,
  maxLineBytes: 65_536,
}
