import { seededRandom, testSeed } from '@org/testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { stripVTControlCharacters } from 'node:util'
import { getLogger, type LoggingOptions, memorySink, setupLogging, withContext, withRequestId } from '../src/index.ts'
import { type CapturedLines, captureLines } from './captured-lines.ts'
import { strictParse } from './values.strict-json.ts'

const NOW = new Date(2026, 10, 22, 14, 30, 45, 7)
const seed = testSeed()

function setUp(...[captured, options]: [CapturedLines[], LoggingOptions?]): void {
  setupLogging({ console: false, level: 'trace', sinks: captured.map(({ sink }) => sink), ...options })
}

describe('a line', () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW, toFake: ['Date'] }))
  afterEach(async () => {
    vi.useRealTimers()
    await setupLogging({ console: false }).close()
  })

  it('is time, logger, level, message and fields for people; the whole date stands in a file', () => {
    const [text, dated, coloured] = [
      captureLines('text'),
      captureLines('dated-text'),
      captureLines('text', { hasColours: true }),
    ]
    setUp([text, dated, coloured])
    getLogger('app.services').info('Starting analysis', { fileSize: 5_000_000 })
    expect(text.lines).toEqual(['14:30:45 - app.services - INFO - Starting analysis fileSize=5000000\n'])
    expect(dated.lines).toEqual([
      '2026-11-22 14:30:45.007 - app.services - INFO - Starting analysis fileSize=5000000\n',
    ])
    expect(coloured.lines[0]).not.toBe(text.lines[0])
    expect(stripVTControlCharacters(coloured.lines[0] as string)).toBe(text.lines[0])
  })

  it('has the members timestamp, level, logger, message, request_id and then the fields as JSON', () => {
    const json = captureLines('json')
    setUp([json])
    const log = getLogger('app').child({ b: 2 })
    withRequestId('r-1', () => withContext({ c: 3 }, () => log.warn('m', { a: 1, 0: 'first of its own' })))
    expect(json.lines).toEqual([
      `{"timestamp":"${NOW.toISOString()}","level":"WARN","logger":"app","message":"m","request_id":"r-1","c":3,"b":2,"0":"first of its own","a":1}\n`,
    ])
  })

  it('renames its members, and keeps the fields off the new names', () => {
    const json = captureLines('json')
    setUp([json], { rename: { timestamp: 'ts', message: 'msg', request_id: 'id' } })
    withRequestId('r', () => getLogger('app').info('m', { msg: 1, message: 2, id: 3, id_: 4 }))
    expect(json.lines[0]).toBe(
      `{"ts":"${NOW.toISOString()}","level":"INFO","logger":"app","msg":"m","id":"r","msg_":1,"message":2,"id_":3,"id__":4}\n`,
    )
  })

  it('does not let a field pass for the request id in text', () => {
    const text = captureLines('text')
    setUp([text])
    withRequestId('real', () => getLogger('app').info('m', { request_id: 'false' }))
    expect(text.lines[0]).toMatch(/ m request_id_=false request_id=real\n$/)
  })

  it("keeps a caller's `truncated` apart from its own mark", () => {
    const json = captureLines('json')
    setUp([json], { maxLineBytes: '4kb' })
    getLogger('app').info('m', { truncated: 'mine', long: 'x'.repeat(5000) })
    strictParse((json.lines[0] as string).trimEnd())
    expect(json.parsed()).toMatchObject({ truncated_: 'mine', truncated: true })
  })

  it(`is cut to its limit exactly where it is longer, and stays valid (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const [json, text] = [captureLines('json'), captureLines('text')]
    setUp([json, text], { maxLineBytes: 4096 })
    const log = getLogger('app')
    for (const unit of ['x', 'é', '😀', '\n', '"', '\ud800', '\u0000', '日', 'a😀"']) {
      log.info('', { f: '' })
      const spare = 4096 - Buffer.byteLength(json.lines.at(-1) as string)
      const bytes = Buffer.byteLength(JSON.stringify(unit)) - 2
      const most = Math.floor(spare / bytes)
      for (const count of [most - 1, most, most + 1, most + 2, most * 3, random.int(most, 50_000)]) {
        for (const where of ['message', 'field'] as const) {
          const long = unit.repeat(count)
          log.info(where === 'message' ? long : '', { f: where === 'field' ? long : '' })
          const line = json.lines.at(-1) as string
          const isCut = count > most
          strictParse(line.trimEnd())
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(4096)
          expect(json.parsed()['truncated']).toBe(isCut ? true : undefined)
          const { message, f } = json.parsed()
          const shown = (where === 'message' ? message : f) as string
          if (!isCut) expect(shown).toBe(long)
          else expect(shown.endsWith('…') && long.startsWith(shown.slice(0, -1))).toBe(true)
          // It uses its room: a message shares it with the fields.
          if (isCut) expect(Buffer.byteLength(line)).toBeGreaterThan(where === 'message' ? 1500 : 3600)
          const told = text.lines.at(-1) as string
          expect(Buffer.byteLength(told)).toBeLessThanOrEqual(4096)
          expect(told.split('\n')).toHaveLength(2)
        }
      }
    }
  })

  it('keeps the request id, and what comes before, when one field takes all the room', () => {
    const json = captureLines('json')
    setUp([json], { maxLineBytes: 4096 })
    withRequestId('r-1', () => getLogger('app').info('m', { 0: 'x'.repeat(10_000), z: 1 }))
    expect(json.parsed()).toMatchObject({ level: 'INFO', logger: 'app', truncated: true })
    expect(json.lines[0]).toMatch(/"message":"m","request_id":"r-1","0":"x/)
  })

  it('takes a hundred thousand fields and a text of ten megabytes', () => {
    const [json, text] = [captureLines('json'), captureLines('text')]
    setUp([json, text])
    const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`n${at}`, at]))
    getLogger('app').info('wide', wide)
    getLogger('app').info('x'.repeat(10_000_000), { also: '\n'.repeat(10_000_000) })
    for (const line of [...json.lines, ...text.lines]) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(65_536)
    for (const line of json.lines) expect(JSON.parse(line)).toMatchObject({ truncated: true })
    for (const line of text.lines) expect(line).toMatch(/…\n$/)
  })

  it('shows fields that are no plain object by what they are, in lines and records alike', () => {
    const json = captureLines('json')
    const memory = memorySink()
    setupLogging({ console: false, sinks: [json.sink, memory] })
    class Account {
      id = 7
      pin = '1234'
      toJSON(): object {
        return { id: this.id }
      }
    }
    const given: readonly (readonly [unknown, object])[] = [
      [[1, 2], { value: [1, 2] }],
      [new Map([['a', 1]]), { value: { a: 1 } }],
      [new Set([1]), { value: [1] }],
      [new Date(0), { value: '1970-01-01T00:00:00.000Z' }],
      [new URL('https://host/p'), { value: 'https://host/p' }],
      [Object('text'), { value: 'text' }],
      [7, { value: 7 }],
      ['text', { value: 'text' }],
      [null, {}],
      [{}, {}],
      [new Account(), { id: 7 }],
      [{ toJSON: () => [1] }, { value: [1] }],
      [
        Object.assign(
          new (class Hidden {
            toJSON(): string {
              return 'shown'
            }
          })(),
          { pin: '1234' },
        ),
        { value: 'shown' },
      ],
      [{ toJSON: () => ({ toJSON: 'text' }) }, { toJSON: 'text' }],
    ]
    for (const [fields, expected] of given) {
      getLogger('app').info('m', fields as object)
      const { timestamp, level, logger, message, ...rest } = json.parsed()
      expect([level, logger, message, typeof timestamp]).toEqual(['INFO', 'app', 'm', 'string'])
      expect(rest).toEqual(expected)
      expect(memory.records.at(-1)?.fields).toEqual(expected)
    }
    expect(JSON.stringify(memory.records)).not.toContain('1234')
  })

  it('tells errors under any key, in bindings, as the message and in place of the fields', () => {
    const [json, text] = [captureLines('json'), captureLines('text')]
    const memory = memorySink()
    setupLogging({ console: false, sinks: [json.sink, text.sink, memory] })
    const error = new TypeError('boom', { cause: new Error('why') })
    const log = getLogger('app')
    const shape = { type: 'TypeError', message: 'boom', stack: expect.any(String), cause: { message: 'why' } }
    log.error('m', { failure: error })
    expect(json.parsed()).toMatchObject({ message: 'm', failure: shape })
    log.error(error)
    expect(json.parsed()).toMatchObject({ message: 'boom', error: shape })
    expect(text.lines.at(-1)).toMatch(
      / - ERROR - boom error="TypeError: boom"\n {4}at [^]*\n {4}caused by: Error: why\n/,
    )
    log.error('m', error)
    expect(json.parsed()).toMatchObject({ message: 'm', error: shape })
    log.error(error, { error: 'mine', error_: 'too' })
    expect(json.parsed()).toMatchObject({ message: 'boom', error: 'mine', error_: 'too', error__: shape })
    log.error(error, { error })
    expect(Object.keys(json.parsed()).filter((name) => name.startsWith('error'))).toEqual(['error'])
    log.error(error, new Map([['a', 1]]))
    expect(json.parsed()).toMatchObject({ error: shape, value: { a: 1 } })
    log.child({ error }).info('bound')
    expect(json.parsed()).toMatchObject({ message: 'bound', error: shape })
    expect(text.lines.at(-1)).toMatch(/ bound error="TypeError: boom"\n$/)
    for (const record of memory.records.slice(0, 6)) expect(record.error).toMatchObject(shape)
  })
})
