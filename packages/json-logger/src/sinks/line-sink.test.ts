import { describe, expect, it } from 'vitest'
import { captureLines } from '../../test/captured-lines.ts'
import type { LogRecord } from '../record.ts'

const RECORD: LogRecord = {
  time: Date.UTC(2026, 10, 22, 14, 30, 45, 7),
  level: 'warn',
  logger: 'app',
  message: 'm',
  requestId: 'r-1',
  trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1 },
  bindings: { b: 1, both: 'outer' },
  fields: { a: 1, both: 'inner' },
  error: undefined,
}

describe('LineSink', () => {
  it('makes a line of a record that a sink of your own hands on', () => {
    const json = captureLines('json')
    json.sink.write(RECORD)
    expect(json.lines).toEqual([
      `{"timestamp":"2026-11-22T14:30:45.007Z","level":"WARN","logger":"app","message":"m","request_id":"r-1","trace_id":"${'a'.repeat(32)}","span_id":"${'b'.repeat(16)}","b":1,"a":1,"both":"inner"}\n`,
    ])
    expect(json.sink.stats().written).toBe(1)
  })

  it('has no counts before it was opened', () => {
    expect(captureLines('text').sink.stats()).toMatchObject({ written: 0, dropped: 0 })
  })
})
