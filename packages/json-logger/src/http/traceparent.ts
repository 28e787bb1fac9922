import { randomUUID } from 'node:crypto'
import type { TraceIds } from '../context.ts'

/**
 * `traceparent` is `version-traceid-parentid-flags` in lower-case hex: `00-<32>-<16>-<2>`. Version 00 is exactly that long;
 * of a higher version the first 55 characters are read, if what follows begins with a dash; version ff is forbidden, and so
 * are ids of zeros only.
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-[^\n\r]*)?$/
const LENGTH = 55

const SAMPLED = 1
/** The flags that each version defines: sampled, and in 00 (level 2) that the trace id is random. Others are not passed on. */
const KNOWN_FLAGS = 3

/** The ids in a `traceparent` header, `spanId` being the caller's; `undefined` where it is not strictly valid. */
export function parseTraceparent(header: unknown): TraceIds | undefined {
  const match = typeof header === 'string' ? TRACEPARENT.exec(header) : null
  if (match === null) return undefined
  const [text, version, traceId, spanId, flags] = match as unknown as [string, string, string, string, string]
  if (version === '00' && text.length !== LENGTH) return undefined
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & (version === '00' ? KNOWN_FLAGS : SAMPLED) }
}

/** The `traceparent` header of version 00 for a call made in the span `ids`. */
export function formatTraceparent(ids: TraceIds): string {
  return `00-${ids.traceId}-${ids.spanId}-${(ids.flags & 0xff).toString(16).padStart(2, '0')}`
}

/**
 * The ids of this service's part: a new span in the trace of `parent`, or in a new trace that is sampled, since its lines
 * are written down. Random UUIDs give the digits: their fixed bits rule out the forbidden zeros.
 */
export function newSpan(parent: TraceIds | undefined): TraceIds {
  const traceId = parent?.traceId ?? randomUUID().replaceAll('-', '')
  return { traceId, spanId: randomUUID().replaceAll('-', '').slice(0, 16), flags: parent?.flags ?? SAMPLED }
}
