import { type Random, seededRandom, testSeed } from '@org/testkit'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { WITH_COLOURS } from '../src/encoder/console-style.ts'
import {
  type Fields,
  getLogger,
  type LoggingOptions,
  memorySink,
  setupLogging,
  withContext,
  withRequestId,
} from '../src/index.ts'
import { captureLines } from './captured-lines.ts'
import { Hostile, PATTERN, PATTERN_NUMBER, SECRETS } from './values.hostile.ts'
import { strictParse } from './values.strict-json.ts'

const seed = testSeed()

// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\p{Cs}]/u

const RESERVED = ['timestamp', 'level', 'logger', 'message', 'request_id', 'trace_id', 'span_id', 'truncated']

/** Names that try to be the line's own, to be two at once, or to break a line. */
const NAMES = [
  ...RESERVED,
  ...RESERVED.map((name) => `${name}_`),
  'error',
  'err',
  'error_',
  'error.type',
  'log.level',
  '@timestamp',
  'Attributes',
  'severity',
  'value',
  '__proto__',
  'constructor',
  'toString',
  'toJSON',
  '',
  '0',
  '17',
  'two words',
  'a=b',
  'a~1',
  '[redacted]~1',
  '\n',
  '\u001b[2J',
  '\u202e',
  'sk_0123456789abcdef',
  'sk_0123456789abcde0',
  '_'.repeat(10_000),
  'n'.repeat(10_000),
  `${'n'.repeat(9_999)}m`,
  '😀'.repeat(200),
]

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  none: ['timestamp', 'level', 'logger', 'message', 'request_id'],
  ecs: ['@timestamp', 'log.level', 'log.logger', 'message', 'http.request.id'],
  gcp: ['time', 'severity', 'logger', 'message', 'request_id'],
  datadog: ['timestamp', 'status', 'logger.name', 'message', 'request_id'],
  splunk: ['time', 'level', 'logger', 'message', 'request_id'],
  otel: ['Timestamp', 'SeverityText', 'InstrumentationScope', 'Body', 'request_id'],
}

function hostileFields(random: Random): unknown {
  const hostile = new Hostile(random)
  if (random.chance(0.15)) return random.pick([hostile.value(), () => hostile.value(), thrower, null])
  const fields = random.chance(0.2) ? (Object.create(null) as object) : {}
  for (let left = random.int(0, 6); left > 0; left--) {
    const name = random.chance(0.8) ? random.pick(NAMES) : hostile.text()
    const value = hostile.value()
    const member = random.chance(0.1) ? { get: random.chance(0.5) ? thrower : () => value } : { value, writable: true }
    Object.defineProperty(fields, name, { ...member, enumerable: true, configurable: true })
  }
  if (random.chance(0.1)) return () => fields
  return random.chance(0.1) ? Object.freeze(fields) : fields
}

function thrower(): never {
  throw new TypeError('no')
}

function hostileMessage(random: Random): unknown {
  const hostile = new Hostile(random)
  if (random.chance(0.7)) return hostile.text()
  return random.pick([hostile.value(), new Error(hostile.text()), () => hostile.text(), thrower])
}

function expectClean(line: string): void {
  const forbidden = FORBIDDEN.exec(line)
  if (forbidden !== null) throw new Error(`U+${forbidden[0].charCodeAt(0).toString(16)} in ${JSON.stringify(line)}`)
  for (const secret of [SECRETS.byKey, SECRETS.byPattern, String(PATTERN_NUMBER)]) {
    if (line.includes(secret)) throw new Error(`${secret} in ${line.slice(0, 3000)}`)
  }
}

/** One text line: what follows its first line is indented, as stacks are. */
function expectOneText(text: string): void {
  if (!text.endsWith('\n')) throw new Error(`no end: ${text}`)
  const [first, ...stack] = text.slice(0, -1).split('\n')
  expectClean(first as string)
  for (const frame of stack) {
    if (!frame.startsWith('    ') && !/^ {1,4}…$/.test(frame)) throw new Error(`a forged line: ${JSON.stringify(text)}`)
    expectClean(frame)
  }
}

function withoutColours(text: string): string {
  const { time, logger, dim, levels } = WITH_COLOURS
  const codes = [time, logger, dim, ...Object.values(levels)].flatMap(({ open, close }) => [open, close])
  codes.sort((a, b) => b.length - a.length)
  return codes.reduce((left, code) => left.replaceAll(code, ''), text)
}

describe('a line', () => {
  afterAll(() => setupLogging({ console: false }).close())

  for (const [preset, names] of Object.entries(MEMBERS)) {
    it(`is one, valid, clean and bounded in the shape ${preset}, whatever it is made of (TEST_SEED=${seed})`, async () => {
      const random = seededRandom(seed)
      const json = captureLines('json')
      const text = captureLines('text', { hasColours: true })
      const dated = captureLines('dated-text')
      const memory = memorySink()
      const maxLineBytes = 4096
      const logging = setupLogging({
        console: false,
        level: 'trace',
        maxLineBytes,
        redact: { patterns: [PATTERN], paths: ['planted.*.here'] },
        sinks: [json.sink, text.sink, dated.sink, memory],
        ...(preset === 'none' ? {} : { preset: preset as NonNullable<LoggingOptions['preset']> }),
      })
      const logger = getLogger('app\u001b[31m\n "x"')
      const calls = 1500
      for (let call = 0; call < calls; call++) {
        const log = random.chance(0.6) ? logger : logger.child(objectOf(hostileFields(random)))
        const id = `id-${call}${random.pick(['', '\n', '"', '\u202e'])}`
        const level = random.pick(['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const)
        withRequestId(id, () =>
          withContext(objectOf(hostileFields(random)), () =>
            log[level](hostileMessage(random) as string, hostileFields(random) as Fields),
          ),
        )
        const counts = [json.lines.length, text.lines.length, dated.lines.length, memory.records.length]
        if (counts.some((count) => count !== 1)) throw new Error(`call ${call} made ${counts.join(', ')} lines`)
        const line = json.lines.pop() as string
        expectClean(line.slice(0, -1))
        if (!line.endsWith('\n')) throw new Error(`call ${call}: no end`)
        strictParse(line.slice(0, -1))
        const parsed = JSON.parse(line) as Record<string, unknown>
        if (Object.keys(parsed).some((name) => PATTERN.test(name))) throw new Error(`a secret name in ${line}`)
        const inner = preset === 'otel' ? (parsed['Attributes'] as Record<string, unknown>) : parsed
        expect(inner[names[4] as string]).toBe(id)
        expect(String(parsed[names[0] as string])).toMatch(/^(\d{4}-\d\d-\d\dT[\d:.]{12}Z|\d{19})$/)
        expect(String(parsed[names[1] as string]).toLowerCase()).toBe(levelWord(preset, level))
        expect(parsed[names[2] as string]).toEqual(preset === 'otel' ? { Name: logger.name } : logger.name)
        expect(typeof parsed[names[3] as string]).toBe('string')
        const plain = withoutColours(text.lines.pop() as string)
        expect(plain).toMatch(/^\d\d:\d\d:\d\d - app\\u001b\[31m\\n "x" - [A-Z]+ - /)
        expectOneText(plain)
        const withDate = dated.lines.pop() as string
        expectOneText(withDate)
        for (const each of [line, plain, withDate])
          if (Buffer.byteLength(each) > maxLineBytes) throw new Error('too long')
        expectClean(
          JSON.stringify(memory.records[0])
            .replaceAll(/\\u[0-9a-f]{4}/g, '')
            .replaceAll(/[^ -~]/gu, ''),
        )
        memory.clear()
      }
      const stats = logging.stats()
      expect([stats.lines, stats.dropped]).toEqual([calls, 0])
      await logging.close()
    }, 60_000)
  }

  it(`has the fields of the call before those of the logger before those of the context (TEST_SEED=${seed})`, () => {
    const json = captureLines('json')
    setupLogging({ console: false, redact: false, sinks: [json.sink] })
    const scalar = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    )
    const name = fc.oneof(
      fc.constantFrom(...NAMES.filter((each) => each.length < 200 && each !== 'toJSON' && !/~\d+$/.test(each))),
      fc.string({ unit: 'binary', maxLength: 5 }).filter((each) => !/~\d+$/.test(each)),
    )
    const fields = fc.array(fc.tuple(name, scalar)).map((members) => fromMembers(members))
    fc.assert(
      fc.property(fields, fields, fields, fields, (context, outer, inner, own) => {
        withContext(context, () => getLogger('app').child(outer).child(inner).info('m', own))
        const parsed = json.parsed()
        strictParse((json.lines.pop() as string).slice(0, -1))
        const { timestamp, level, logger, message, ...rest } = parsed
        expect([level, logger, message]).toEqual(['INFO', 'app', 'm'])
        expect(timestamp).toMatch(/Z$/)
        const expected = { ...context, ...outer, ...inner, ...own }
        expect(Object.entries(rest).toSorted(byName)).toEqual(
          Object.entries(expected)
            .map(([key, value]): [string, unknown] => [unforged(key), value === 0 ? 0 : value])
            .toSorted(byName),
        )
      }),
      { seed, numRuns: 2000 },
    )
  })

  it(`keeps every name of a line apart when more names come than are remembered (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const json = captureLines('json')
    setupLogging({ console: false, redact: { patterns: [PATTERN] }, sinks: [json.sink] })
    const names = Array.from({ length: 3000 }, (_, at) => `n${at}`)
    const pick = (): Fields => fromMembers(Array.from({ length: 5 }, () => [random.pick(names), random.int(0, 9)]))
    for (let call = 0; call < 5000; call++) {
      const [context, bindings, own] = [pick(), pick(), pick()]
      withContext(context, () => getLogger('app').child(bindings).info('m', own))
      const line = json.lines.pop() as string
      strictParse(line.slice(0, -1))
      expect(JSON.parse(line)).toMatchObject({ ...context, ...bindings, ...own })
    }
  })
})

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

function unforged(name: string): string {
  return RESERVED.includes(name.replace(/_+$/, '')) ? `${name}_` : name
}

function levelWord(preset: string, level: string): string {
  if (preset === 'gcp') return { trace: 'debug', warn: 'warning', fatal: 'critical' }[level] ?? level
  if (preset === 'datadog') return { trace: 'debug', fatal: 'critical' }[level] ?? level
  return level
}

function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function fromMembers(members: readonly (readonly [string, unknown])[]): Fields {
  const made: Record<string, unknown> = {}
  for (const [name, value] of members) {
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true })
  }
  return made
}
