import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { currentContext, innerContext, runInContext } from '../src/context.ts'
import { getLogger, setupLogging, withContext } from '../src/index.ts'
import { LEVELS } from '../src/level.ts'
import { type PresetName, PRESETS } from '../src/presets/presets.ts'
import { captureLines } from './captured-lines.ts'
import { strictParse } from './values.strict-json.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30, 45, 7)
const ISO = '2026-11-22T14:30:45.007Z'
const TRACE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', flags: 1 }
const STACK = expect.stringMatching(/^TypeError: boom\n/) as string

class Failure extends TypeError {
  code = 'E_BOOM'
}

/** One line with all that a line can have. */
function fullLine(preset: PresetName, maxLineBytes: number | undefined, long: string): Record<string, unknown> {
  const json = captureLines('json')
  setupLogging({ console: false, preset, level: 'trace', maxLineBytes, sinks: [json.sink] })
  const log = getLogger('app.db').child({ service: 'api' })
  const error = new Failure('boom')
  error.name = 'TypeError'
  withContext({ tenant: 't1' }, () =>
    runInContext(innerContext(currentContext(), { requestId: 'r-1', trace: TRACE }), () =>
      log.warn('said', { error, err: new Error('second'), long, [PRESETS[preset].names.message]: 'forged' }),
    ),
  )
  const line = json.lines[0] as string
  strictParse(line.trimEnd())
  return JSON.parse(line) as Record<string, unknown>
}

const COMMON = {
  service: 'api',
  tenant: 't1',
  long: 'x',
  err: expect.objectContaining({ type: 'Error', message: 'second' }) as object,
}
const PLAIN_ERROR = expect.objectContaining({
  type: 'TypeError',
  message: 'boom',
  code: 'E_BOOM',
  stack: STACK,
}) as object

const EXPECTED: Readonly<Record<PresetName, Record<string, unknown>>> = {
  // https://www.elastic.co/guide/en/ecs-logging/overview/current/intro.html
  ecs: {
    '@timestamp': ISO,
    'log.level': 'warn',
    message: 'said',
    'log.logger': 'app.db',
    'ecs.version': '8.11.0',
    'http.request.id': 'r-1',
    'trace.id': TRACE.traceId,
    'span.id': TRACE.spanId,
    ...COMMON,
    'error.type': 'TypeError',
    'error.message': 'boom',
    'error.stack_trace': STACK,
    'error.details': { code: 'E_BOOM' },
    message_: 'forged',
  },
  // https://docs.cloud.google.com/logging/docs/structured-logging
  gcp: {
    time: ISO,
    severity: 'WARNING',
    logger: 'app.db',
    message: 'said',
    request_id: 'r-1',
    'logging.googleapis.com/trace': `projects/p1/traces/${TRACE.traceId}`,
    'logging.googleapis.com/spanId': TRACE.spanId,
    'logging.googleapis.com/trace_sampled': true,
    ...COMMON,
    'error.type': 'TypeError',
    'error.message': 'boom',
    stack_trace: STACK,
    'error.details': { code: 'E_BOOM' },
    message_: 'forged',
  },
  // https://docs.datadoghq.com/logs/log_configuration/attributes_naming_convention/
  datadog: {
    timestamp: ISO,
    status: 'warn',
    'logger.name': 'app.db',
    message: 'said',
    ddsource: 'nodejs',
    request_id: 'r-1',
    trace_id: TRACE.traceId,
    span_id: TRACE.spanId,
    ...COMMON,
    'error.kind': 'TypeError',
    'error.message': 'boom',
    'error.stack': STACK,
    'error.details': { code: 'E_BOOM' },
    message_: 'forged',
  },
  splunk: {
    time: ISO,
    level: 'WARN',
    logger: 'app.db',
    message: 'said',
    request_id: 'r-1',
    trace_id: TRACE.traceId,
    span_id: TRACE.spanId,
    ...COMMON,
    error: PLAIN_ERROR,
    message_: 'forged',
  },
  // https://opentelemetry.io/docs/specs/otel/logs/data-model/
  otel: {
    Timestamp: `${NOW}000000`,
    SeverityText: 'WARN',
    SeverityNumber: 13,
    InstrumentationScope: { Name: 'app.db' },
    Body: 'said',
    TraceId: TRACE.traceId,
    SpanId: TRACE.spanId,
    TraceFlags: 1,
    Attributes: {
      request_id: 'r-1',
      ...COMMON,
      'exception.type': 'TypeError',
      'exception.message': 'boom',
      'exception.stacktrace': STACK,
      'exception.details': { code: 'E_BOOM' },
      Body: 'forged',
    },
  },
}

const WORDS: Readonly<Record<PresetName, readonly unknown[]>> = {
  ecs: ['trace', 'debug', 'info', 'warn', 'error', 'fatal'],
  gcp: ['DEBUG', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'],
  datadog: ['debug', 'debug', 'info', 'warn', 'error', 'critical'],
  splunk: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
  otel: ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'],
}

describe('a preset', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] })
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'p1')
  })
  afterEach(async () => {
    vi.useRealTimers()
    vi.unstubAllEnvs()
    await setupLogging({ console: false }).close()
  })

  for (const preset of Object.keys(PRESETS) as PresetName[]) {
    it(`${preset} names every part of a line as its store expects`, () => {
      expect(fullLine(preset, undefined, 'x')).toEqual(EXPECTED[preset])
    })

    it(`${preset} begins with the time and keeps its order`, () => {
      const members = Object.keys(fullLine(preset, undefined, 'x'))
      const own = Object.keys(EXPECTED[preset])
      const count = own.indexOf(preset === 'otel' ? 'Attributes' : 'service')
      expect(members.slice(0, count)).toEqual(own.slice(0, count))
    })

    it(`${preset} stays valid and keeps its own members where the line is cut`, () => {
      const line = fullLine(preset, 4096, 'x'.repeat(9000))
      const { names } = PRESETS[preset]
      const inner = (line['Attributes'] ?? line) as Record<string, unknown>
      expect(line['truncated']).toBe(true)
      expect(line[names.message]).toBe('said')
      expect(inner[names.request_id]).toBe('r-1')
      expect(inner['long']).toMatch(/^x+…$/)
    })

    it(`${preset} has its word for each level`, () => {
      const json = captureLines('json')
      setupLogging({ console: false, preset, level: 'trace', sinks: [json.sink] })
      for (const level of LEVELS) getLogger('app')[level]('m')
      expect(json.lines.map((_, at) => json.parsed(at)[PRESETS[preset].names.level])).toEqual(WORDS[preset])
    })
  }

  it('otel counts severity in the numbers of the data model', () => {
    const json = captureLines('json')
    setupLogging({ console: false, preset: 'otel', level: 'trace', sinks: [json.sink] })
    for (const level of LEVELS) getLogger('app')[level]('m')
    expect(json.lines.map((_, at) => json.parsed(at)['SeverityNumber'])).toEqual([1, 5, 9, 13, 17, 21])
  })

  it('splunk keeps lines below the 10 000 bytes at which Splunk cuts them', () => {
    const json = captureLines('json')
    setupLogging({ console: false, preset: 'splunk', sinks: [json.sink] })
    getLogger('app').info('é'.repeat(20_000))
    expect(Buffer.byteLength(json.lines[0] as string)).toBeLessThanOrEqual(10_000)
    expect(json.parsed()).toMatchObject({ truncated: true })
  })
})
