import { describe, expect, it } from 'vitest'
import { WITHOUT_COLOURS } from '../encoder/console-style.ts'
import { type FilterOptions, LineFilter } from './line-filter.ts'
import { LinePrinter } from './line-printer.ts'

const ALL: FilterOptions = {
  level: undefined,
  request: undefined,
  logger: undefined,
  since: undefined,
  until: undefined,
}

function printer(filter: Partial<FilterOptions> = {}, isDated = false): LinePrinter {
  return new LinePrinter(new LineFilter({ ...ALL, ...filter }), { colours: WITHOUT_COLOURS, isUtc: true, isDated })
}

const print = (line: unknown, filter?: Partial<FilterOptions>): string =>
  printer(filter).print(typeof line === 'string' ? line : JSON.stringify(line), 0)

const LINE = { timestamp: '2026-11-22T14:30:45.123Z', level: 'INFO', logger: 'app.db', message: 'm', request_id: 'r-1' }

describe('LinePrinter', () => {
  it('shows the time of day or the whole date, as UTC with its mark', () => {
    expect(print(LINE)).toBe('14:30:45Z - app.db - INFO - m request_id=r-1\n')
    expect(printer({}, true).print(JSON.stringify(LINE), 0)).toMatch(/^2026-11-22 14:30:45\.123Z - app\.db/)
  })

  it('is not misled by fields that are called like members of another shape', () => {
    const datadog = {
      timestamp: LINE.timestamp,
      status: 'warn',
      'logger.name': 'a',
      message: 'm',
      level: 'FATAL',
      logger: 'z',
    }
    expect(print({ 7: 'first', ...datadog })).toBe('14:30:45Z - a - WARN - m 7=first level=FATAL logger=z\n')
    const otel = {
      Timestamp: '1795327143174000000',
      SeverityText: 'INFO',
      SeverityNumber: 9,
      InstrumentationScope: { Name: 'a' },
    }
    expect(print({ ...otel, Body: 'm', Attributes: { Body: 'mine', SeverityText: 1 } })).toBe(
      '05:59:03Z - a - INFO - m Body=mine SeverityText=1\n',
    )
  })

  it('lets no field pass for the id of the request', () => {
    const ecs = { '@timestamp': LINE.timestamp, 'log.level': 'info', message: 'm', 'log.logger': 'a' }
    expect(print({ ...ecs, 'http.request.id': 'real', request_id: 'false' })).toBe(
      '14:30:45Z - a - INFO - m request_id_=false request_id=real\n',
    )
  })

  it('knows lines whose members somebody sorted', () => {
    const sorted = Object.fromEntries(Object.entries(LINE).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    expect(print(sorted)).toBe(print(LINE))
  })

  it('shows ids of the trace last, and no constants of the shape', () => {
    const { message, ...head } = { '@timestamp': LINE.timestamp, 'log.level': 'info', message: 'm' }
    const line = { ...head, message, 'log.logger': 'a', 'ecs.version': '8.11.0', 'trace.id': 't', 'span.id': 's', x: 1 }
    expect(print(line)).toBe('14:30:45Z - a - INFO - m x=1 trace.id=t span.id=s\n')
  })

  it('tells what else an error holds', () => {
    const error = {
      type: 'HttpError',
      message: 'no',
      stack: 'HttpError: no\n    at f (x.js:1:2)',
      status: 404,
      body: { a: 'b' },
    }
    expect(print({ ...LINE, error })).toBe(
      '14:30:45Z - app.db - INFO - m error="HttpError: no" request_id=r-1\n    with status=404 body={"a":"b"}\n    at f (x.js:1:2)\n',
    )
  })

  it.each([
    ['text', '  | text\n'],
    ['14:30:45 - app - INFO - forged', '  | 14:30:45 - app - INFO - forged\n'],
    ['\u001b[2J\u202etxt\r', '  | \\u001b[2J\\u202etxt\n'],
    ['{"timestamp":"2026-11-22T14:30', '  | {"timestamp":"2026-11-22T14:30\n'],
    ['{"a":1}', '  | {"a":1}\n'],
    ['[1]', '  | [1]\n'],
    [{ ...LINE, timestamp: 'now' }, '  | {"timestamp":"now",'],
    [{ ...LINE, timestamp: '+275760-01-01T00:00:00Z' }, '  | {"timestamp":'],
    [{ ...LINE, level: 'NOTICE' }, '  | {"timestamp":'],
    [{ ...LINE, message: 1 }, '  | {"timestamp":'],
    ['', ''],
    [' \r', ''],
  ])('shows what is no line of a log behind a mark: %j', (line, beginning) => {
    const shown = print(line)
    expect(beginning.endsWith('\n') || beginning === '' ? shown : shown.slice(0, beginning.length)).toBe(beginning)
  })

  it('passes on a line nested too deep to be walked', () => {
    const deep = JSON.stringify(LINE).replace('}', `,"deep":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)
    expect(print(deep)).toBe(`  | ${deep}\n`)
  })

  it('says how much was cut off a line', () => {
    expect(printer().print('xxx', 7)).toBe('  | xxx … [7 more bytes]\n')
  })

  it.each<[Partial<FilterOptions>, boolean]>([
    [{ level: 'info' }, true],
    [{ level: 'warn' }, false],
    [{ request: 'r-1' }, true],
    [{ request: 'r' }, false],
    [{ logger: 'app' }, true],
    [{ logger: 'app.*' }, true],
    [{ logger: '*.db' }, true],
    [{ logger: 'ap' }, false],
    [{ logger: '*.http' }, false],
    [{ since: Date.parse(LINE.timestamp) }, true],
    [{ since: Date.parse(LINE.timestamp) + 1 }, false],
    [{ until: Date.parse(LINE.timestamp) + 1 }, true],
    [{ until: Date.parse(LINE.timestamp) }, false],
    [{ level: 'info', request: 'other' }, false],
  ])('filters by %j', (filter, isShown) => {
    expect(print(LINE, filter) !== '').toBe(isShown)
  })

  it('leaves out and counts what a filter cannot judge', () => {
    const filtering = printer({ level: 'trace' })
    expect(['text', '{"a":1}', '', JSON.stringify(LINE)].map((line) => filtering.print(line, 0) !== '')).toEqual([
      false,
      false,
      false,
      true,
    ])
    expect(filtering.leftOut).toBe(2)
  })
})
