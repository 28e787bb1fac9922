import type { TraceIds } from './context.ts'

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/
const SPAN_ID = /^(?!0{16})[0-9a-f]{16}$/

/** The global that every copy of `@opentelemetry/api` 1.x registers itself in. */
const OTEL_GLOBAL = Symbol.for('opentelemetry.js.api.1')
const OTEL_SPAN = Symbol.for('OpenTelemetry Context Key SPAN')

interface OtelGlobal {
  readonly context?: {
    active?(): { getValue?(key: symbol): { spanContext?(): OtelSpanContext | undefined } | undefined } | undefined
  }
}

interface OtelSpanContext {
  readonly traceId: unknown
  readonly spanId: unknown
  readonly traceFlags: unknown
}

/**
 * The ids of OpenTelemetry's active span, where `@opentelemetry/api` is in the process and a span is active. Reads the
 * API's global registration and imports nothing, so it works bundled, in ESM and in CommonJS. Never throws; where there is
 * no OpenTelemetry it is one property read.
 */
export function activeTrace(): TraceIds | undefined {
  const otel = (globalThis as { [OTEL_GLOBAL]?: OtelGlobal })[OTEL_GLOBAL]
  if (otel === undefined) return undefined
  try {
    return checkedIds(otel.context?.active?.()?.getValue?.(OTEL_SPAN)?.spanContext?.())
  } catch {
    return undefined // somebody else's context manager failed: a line without trace ids is better than none
  }
}

function checkedIds(span: OtelSpanContext | undefined): TraceIds | undefined {
  if (span === undefined) return undefined
  const { traceId, spanId, traceFlags } = span
  if (typeof traceId !== 'string' || !TRACE_ID.test(traceId)) return undefined
  if (typeof spanId !== 'string' || !SPAN_ID.test(spanId)) return undefined
  return { traceId, spanId, flags: typeof traceFlags === 'number' ? traceFlags & 0xff : 0 }
}
