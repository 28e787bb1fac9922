import { testSeed } from '@org/testkit'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type ConsoleStyle, WITH_COLOURS, WITHOUT_COLOURS } from '../src/encoder/console-style.ts'
import { getLogger, type PresetName, setupLogging, withRequestId } from '../src/index.ts'
import { LineFilter } from '../src/pretty/line-filter.ts'
import { LinePrinter } from '../src/pretty/line-printer.ts'
import { LineSplitter } from '../src/pretty/line-splitter.ts'
import { captureLines } from './captured-lines.ts'

const seed = testSeed()
const PRESET_NAMES: readonly (PresetName | undefined)[] = [undefined, 'ecs', 'gcp', 'datadog', 'otel', 'splunk']

// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/u
const OWN_LINE = /^\d\d:\d\d:\d\d - /
const INDENTED = /^(?: {4}(?:at|caused by|error \d|with|\[)|  \| )/

function printerWith(colours: ConsoleStyle): LinePrinter {
  const filter = new LineFilter({
    level: undefined,
    request: undefined,
    logger: undefined,
    since: undefined,
    until: undefined,
  })
  return new LinePrinter(filter, { colours, isUtc: false, isDated: false })
}

function pretty(text: string | Buffer, printer = printerWith(WITHOUT_COLOURS)): string {
  let shown = ''
  const splitter = new LineSplitter(1_048_576, (line, cutBytes) => {
    shown += printer.print(line, cutBytes)
  })
  splitter.push(Buffer.from(text))
  splitter.end()
  return shown
}

const NASTY = [
  '\u001b[2J',
  '\u009b31m',
  '\r',
  '\n',
  '\n14:30:45 - app - FATAL - forged',
  '\u2028',
  '\u202e',
  '\ud800',
  '\u0007',
  '\n    at forged (x.js:1:1)\n',
  '" level="x',
  "it's",
  '\\',
  '\u0000',
  '😀',
  'é',
  'a=b',
  ' ',
  '',
]
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.array(fc.constantFrom(...NASTY)).map((parts) => parts.join('x')),
)

/**
 * Names that the logger does not change: none of its own, none that is secret. None with a backslash either: behind one, JSON.parse
 * of V8 takes escaped names for it.
 * @see https://github.com/nodejs/node/issues/63785
 */
const fieldName = fc
  .oneof(fc.constantFrom('a', 'k 2', 'fileSize', 'é\n', 'x=y', '\u001b'), text)
  .filter((name) => !/[a-z]{4}|[_~\\]|^.{100}/is.test(name) || name === 'fileSize')

const error: fc.Arbitrary<Error> = fc.letrec<{ error: Error }>((tie) => ({
  error: fc
    .record({
      message: text,
      kind: fc.constantFrom(TypeError, RangeError, Error),
      cause: fc.option(fc.oneof(tie('error'), text, fc.integer()), { nil: undefined, maxDepth: 3 }),
      code: fc.option(fc.constantFrom('ENOENT', 'E 1\u001b'), { nil: undefined }),
      errors: fc.option(fc.array(tie('error'), { maxLength: 2 }), { nil: undefined, maxDepth: 2 }),
    })
    .map(({ message, kind, cause, code, errors }) => {
      const options = cause === undefined ? undefined : { cause }
      const made = errors === undefined ? new kind(message, options) : new AggregateError(errors, message, options)
      return code === undefined ? made : Object.assign(made, { code })
    }),
})).error

const fieldValue = fc.oneof(
  { arbitrary: fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.bigInt()), weight: 6 },
  { arbitrary: fc.jsonValue({ maxDepth: 3 }).filter((value) => !JSON.stringify(value).includes('\\\\')), weight: 2 },
  { arbitrary: error, weight: 1 },
)

describe('json-log-pretty', () => {
  afterEach(() => setupLogging({ console: false }).close())

  it.each(PRESET_NAMES)(
    `shows lines of the preset %s as the console does (seed ${seed})`,
    (preset) => {
      const [json, console] = [captureLines('json'), captureLines('text')]
      const sinks = [json.sink, console.sink]
      setupLogging({ console: false, level: 'trace', preset, redact: false, maxLineBytes: '16mb', sinks })
      // Datadog has one word for two levels.
      const levels = (['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const).slice(
        preset === 'datadog' || preset === 'gcp' ? 1 : 0,
      )
      const call = fc.record({
        level: fc.constantFrom(...levels),
        logger: fc.oneof(
          fc.constantFrom('app', 'app.db'),
          text.filter((name) => name !== '' && name.length <= 128),
        ),
        message: text,
        fields: fc.dictionary(fieldName, fieldValue, { maxKeys: 5 }),
        error: fc.option(error, { nil: undefined }),
        requestId: fc.option(fc.constantFrom('r-1', '3f2b1c9e-0a4d'), { nil: undefined }),
      })
      const check = fc.property(call, ({ level, logger, message, fields, error: thrown, requestId }) => {
        const all = thrown === undefined ? fields : { ...fields, error: thrown }
        const log = (): void => getLogger(logger)[level](message, all)
        if (requestId === undefined) log()
        else withRequestId(requestId, log)
        const coloured = pretty(json.lines.at(-1) as string, printerWith(WITH_COLOURS))
        expect(pretty(json.lines.at(-1) as string)).toBe(console.lines.at(-1))
        expect(withoutOwnColours(coloured)).toBe(console.lines.at(-1))
        json.lines.length = 0
        console.lines.length = 0
      })
      fc.assert(check, { seed, numRuns: 1_000 })
    },
    60_000,
  )

  it(`lets no line move the terminal or forge another one (seed ${seed})`, () => {
    const memberName = fc.oneof(fc.constantFrom(...MEMBERS, ...NASTY), text)
    const value = fc.oneof(text, fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }), storedError)
    const members = fc.dictionary(memberName, value, { maxKeys: 8 })
    const own = fc.constantFrom(...HEADS).chain((head) => members.map((more) => ({ ...head, ...more })))
    const renamed = fc.constantFrom(...HEADS).chain((head) => text.map((message) => withMessage(head, message)))
    const object = fc.oneof(own, renamed, members).map((json) => JSON.stringify(json))
    const torn = fc.tuple(object, fc.nat()).map(([json, at]) => json.slice(0, at % (json.length + 1)))
    const line = fc.oneof(
      object,
      torn,
      text,
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
    )
    const check = fc.property(fc.array(line, { maxLength: 4 }), fc.boolean(), (lines, isBinary) => {
      const input = Buffer.from(lines.join('\n'), isBinary ? 'latin1' : 'utf8')
      expectHarmless(pretty(input, printerWith(WITH_COLOURS)), input.toString().split('\n').length)
    })
    fc.assert(check, { seed, numRuns: 8_000 })
  }, 60_000)
})

const TIME = '2026-11-22T14:30:45.123Z'
const HEADS: readonly Readonly<Record<string, unknown>>[] = [
  { timestamp: TIME, level: 'INFO', logger: 'app', message: 'm' },
  { time: TIME, level: 'WARN', logger: 'app', message: 'm' },
  { time: TIME, severity: 'CRITICAL', logger: 'app', message: 'm' },
  { timestamp: TIME, status: 'error', 'logger.name': 'app', message: 'm' },
  { '@timestamp': TIME, 'log.level': 'info', message: 'm', 'log.logger': 'app' },
  { Timestamp: '1795327143174000000', SeverityText: 'INFO', InstrumentationScope: { Name: 'app' }, Body: 'm' },
]
const MEMBERS = [
  'timestamp',
  'level',
  'logger',
  'message',
  'request_id',
  'trace_id',
  'error',
  'err',
  'error.type',
  'error.message',
  'error.stack_trace',
  'error.details',
  'stack_trace',
  'exception.type',
  'Attributes',
  'log.logger',
  'logger.name',
  '__proto__',
]

const storedError = fc.letrec<{ error: object }>((tie) => ({
  error: fc.record(
    {
      type: text,
      message: text,
      stack: text,
      code: text,
      cause: fc.option(fc.oneof(tie('error'), text), { maxDepth: 4 }),
      errors: fc.option(fc.array(tie('error'), { maxLength: 3 }), { maxDepth: 4 }),
      status: fc.jsonValue(),
      '\u001b\n': text,
    },
    { requiredKeys: ['type', 'message', 'stack'] },
  ),
})).error

/** Every string of a head becomes hostile by turns, the time and level excepted. */
function withMessage(head: Readonly<Record<string, unknown>>, message: string): object {
  const own = new Set(['message', 'Body', 'logger', 'log.logger', 'logger.name'])
  return Object.fromEntries(Object.entries(head).map(([name, value]) => [name, own.has(name) ? message : value]))
}

function expectHarmless(shown: string, count: number): void {
  const bare = withoutOwnColours(shown)
  expect(FORBIDDEN.exec(bare)?.[0].charCodeAt(0).toString(16)).toBe(undefined)
  const lines = bare.split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.filter((line) => !OWN_LINE.test(line) && !INDENTED.test(line))).toEqual([])
  expect(lines.filter((line) => OWN_LINE.test(line) || line.startsWith('  | ')).length).toBeLessThanOrEqual(count)
}

function withoutOwnColours(shown: string): string {
  const { time, logger, dim, levels } = WITH_COLOURS
  const codes = [time, logger, dim, ...Object.values(levels)].flatMap(({ open, close }) => [open, close])
  return codes.toSorted((a, b) => b.length - a.length).reduce((left, code) => left.replaceAll(code, ''), shown)
}
