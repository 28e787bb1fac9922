import { SEVERITY } from '../level.ts'
import { PLAIN, type Preset } from './preset.ts'

/**
 * The log data model of OpenTelemetry: all fields are attributes.
 * @see https://opentelemetry.io/docs/specs/otel/logs/data-model/
 */
export const OTEL: Preset = {
  ...PLAIN,
  names: {
    timestamp: 'Timestamp',
    level: 'SeverityText',
    logger: 'InstrumentationScope',
    message: 'Body',
    request_id: 'request_id',
  },
  time: 'nanoseconds',
  level: (name, level) => ({ [name]: level.toUpperCase(), SeverityNumber: SEVERITY[level] }),
  logger: (name, logger) => ({ [name]: { Name: logger } }),
  trace: ({ traceId, spanId, flags }) => ({ TraceId: traceId, SpanId: spanId, TraceFlags: flags }),
  error: {
    type: 'exception.type',
    message: 'exception.message',
    stack: 'exception.stacktrace',
    details: 'exception.details',
  },
  attributes: 'Attributes',
}
