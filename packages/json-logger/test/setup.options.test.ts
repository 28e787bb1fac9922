import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fileSink, getLogger, type Logging, setupLogging } from '../src/index.ts'
import { type CapturedLines, captureLines } from './captured-lines.ts'

/** An option, a value that it refuses, and how the refusal begins. */
const REFUSED: readonly (readonly [string, unknown, string])[] = [
  [
    'level',
    'loud',
    'RangeError: level must be one of trace, debug, info, warn, error, fatal or silent, got loud (string)',
  ],
  ['level', 9, 'TypeError: level must be a level, got 9 (number)'],
  ['levels', 'info', 'TypeError: levels must be an object, got info (string)'],
  ['levels', { app: 'loud' }, "RangeError: levels['app'] must be one of"],
  ['levels', { '': 'info' }, 'TypeError: a name in levels must be'],
  ['console', 'file', "RangeError: console must be 'stdout', 'stderr' or false, got file (string)"],
  ['console', true, "RangeError: console must be 'stdout', 'stderr' or false, got true (boolean)"],
  ['file', '', 'TypeError: file must be a string that is not empty'],
  ['file', 7, 'TypeError: file must be a string that is not empty, got 7 (number)'],
  ['json', 'yes', 'TypeError: json must be a boolean, got yes (string)'],
  ['preset', 'elastic', 'RangeError: preset must be one of ecs, gcp, datadog, otel, splunk, got elastic (string)'],
  ['preset', 'toString', 'RangeError: preset must be one of'],
  ['rename', { time: 'ts' }, "TypeError: rename has no option 'time'"],
  ['rename', { timestamp: '' }, 'RangeError: rename.timestamp must be 1 to 64 characters'],
  ['rename', { timestamp: 'ts_' }, 'RangeError: rename.timestamp must be 1 to 64 characters, the last no _'],
  [
    'rename',
    { timestamp: 'x', message: 'x' },
    'RangeError: rename must be names that no other member of the line has, got x',
  ],
  ['rename', { message: 'level' }, 'RangeError: rename must be names that no other member of the line has, got level'],
  ['rename', { message: 'trace_id' }, 'RangeError: rename must be names'],
  ['rename', { request_id: 'truncated' }, 'RangeError: rename must be names'],
  ['rename', null, 'TypeError: rename must be an object, got null'],
  ['redact', true, 'TypeError: redact must be'],
  ['redact', { keys: 'pin' }, 'TypeError: redact.keys must be an array'],
  ['sinks', {}, 'TypeError: sinks must be an array, got an object'],
  ['sinks', [{}], 'TypeError: sinks[0] must be a function or an object with write(record), got an object'],
  ['sinks', [null], 'TypeError: sinks[0] must be a function or an object with write(record), got null'],
  ['sinks', [{ write: () => undefined, level: 'loud' }], 'RangeError: sinks[0].level must be one of'],
  ['maxLineBytes', '1kb', 'RangeError: maxLineBytes must be at least 4096 bytes, got 1kb (string)'],
  ['maxLineBytes', 'much', 'TypeError: maxLineBytes must be bytes or a string'],
  ['flushOnSignal', 1, 'TypeError: flushOnSignal must be a boolean, got 1 (number)'],
  ['maxFileBytes', 0, 'RangeError: maxFileBytes must be at least 1 bytes, got 0 (number)'],
  ['backupCount', -1, 'RangeError: backupCount must be a whole number of at least 0, got -1 (number)'],
  ['gzipBackups', 'yes', 'TypeError: gzipBackups must be a boolean, got yes (string)'],
  ['maxBackupAge', 'long', 'TypeError: maxBackupAge must be'],
  ['durability', 'disk', "RangeError: durability must be 'turn' or 'line', got disk (string)"],
  ['maxBufferedBytes', '1kb', 'RangeError: maxBufferedBytes must be at least 65536 bytes, got 1kb (string)'],
  ['exitFlushTimeout', 'soon', 'TypeError: exitFlushTimeout must be'],
  ['colour', true, "TypeError: setupLogging options has no option 'colour'"],
]

/** Variables of the environment that are refused; a file is named, since one of them speaks of it. */
const REFUSED_ENVIRONMENT: readonly (readonly [string, string, string])[] = [
  ['LOG_LEVEL', 'loud', 'RangeError: LOG_LEVEL must be one of'],
  ['LOG_LEVEL', 'info,app=loud', 'RangeError: LOG_LEVEL must be one of'],
  ['LOG_LEVEL', '=info', "TypeError: the name before '=' in LOG_LEVEL must be"],
  ['LOG_JSON', 'perhaps', 'RangeError: LOG_JSON must be true or false, got perhaps (string)'],
]

describe('setupLogging', () => {
  let inForce: CapturedLines
  let logging: Logging
  let directory: string

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'logging-'))
    inForce = captureLines('json')
    logging = setupLogging({ console: false, sinks: [inForce.sink] })
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await setupLogging({ console: false }).close()
    rmSync(directory, { recursive: true })
  })

  function expectUntouched(): void {
    getLogger('app').info('still here')
    expect(inForce.parsed()).toMatchObject({ level: 'INFO', message: 'still here' })
    expect(logging.stats()).toMatchObject({ lines: 1, dropped: 0 })
  }

  for (const [option, value, refusal] of REFUSED) {
    it(`refuses ${option}: ${JSON.stringify(value)} by name and value, and changes nothing`, () => {
      expect(told({ console: false, [option]: value })).toContain(refusal)
      expectUntouched()
    })
  }

  for (const [name, value, refusal] of REFUSED_ENVIRONMENT) {
    it(`refuses ${name}=${value}, and changes nothing`, () => {
      vi.stubEnv(name, value)
      expect(told({ console: false, file: join(directory, 'app.log') })).toContain(refusal)
      expectUntouched()
    })
  }

  it('refuses options that are no object', () => {
    for (const options of [null, 7, 'info'])
      expect(told(options as unknown as object)).toContain('setupLogging options must be an object')
    expectUntouched()
  })

  it('takes undefined for the default of every option', () => {
    const names = [...new Set(REFUSED.map(([option]) => option))].filter((option) => option !== 'colour')
    expect(told({ ...Object.fromEntries(names.map((name) => [name, undefined])), console: false })).toBe('')
  })

  it('refuses a level or a name that setLevel cannot take, and changes nothing', () => {
    expect(() => logging.setLevel('loud' as never)).toThrow(RangeError)
    expect(() => logging.setLevel('debug', '')).toThrow(TypeError)
    expectUntouched()
  })

  it('takes the file and its format from LOG_FILE and LOG_JSON, in any case; options come before them', async () => {
    const [first, second] = [join(directory, 'a.log'), join(directory, 'b', 'c.log')]
    for (const [json, isJson] of [
      ['TRUE', true],
      ['', true],
      ['Off', false],
      ['0', false],
    ] as const) {
      vi.stubEnv('LOG_FILE', first)
      vi.stubEnv('LOG_JSON', json)
      rmSync(first, { force: true })
      const own = setupLogging({ console: false })
      getLogger('app').info('m')
      await own.close()
      const text = readFileSync(first, 'utf8')
      expect(text).toMatch(isJson ? /^\{"timestamp"/ : /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} - app - INFO - m\n$/)
    }
    const own = setupLogging({ console: false, file: second, json: true })
    getLogger('app').info('m')
    await own.close()
    expect(readFileSync(second, 'utf8')).toMatch(/^\{"timestamp"/)
  })

  it('never changes what it is given', () => {
    const options = {
      console: false,
      levels: { app: 'debug' },
      rename: { timestamp: 'ts' },
      redact: { keys: ['pin'], paths: ['a.b'], patterns: [/x/] },
      sinks: [captureLines('json').sink],
    } as const
    for (const part of [options.levels, options.rename, options.redact, options.sinks, options]) Object.freeze(part)
    expect(told(options)).toBe('')
  })

  it('gives colours where any of its sinks has them', () => {
    const [coloured, bare] = [captureLines('text', { hasColours: true }), captureLines('text')]
    setupLogging({ console: false, sinks: [coloured.sink, bare.sink] })
    getLogger('app').info('m', { a: 1 })
    expect(coloured.lines[0]).toContain('\u001b[')
    expect(bare.lines[0]).not.toContain('\u001b[')
  })

  it('refuses two sinks on one file, and changes nothing then', () => {
    const path = join(directory, 'one.log')
    const before = setupLogging({ console: false, file: path })
    const again = { console: false, file: path, sinks: [fileSink({ file: join(directory, '.', 'one.log') })] } as const
    expect(() => setupLogging(again)).toThrow(RangeError)
    expect(() => setupLogging(again)).toThrow('sinks must be on files that no other sink writes, got ')
    getLogger('app').info('still there')
    before.flushSync()
    expect(before.stats().sinks).toMatchObject([{ name: `file ${path}`, written: 1 }])
    const shared = [fileSink({ file: '/dev/null' }), fileSink({ file: '/dev/null' })]
    expect(() => setupLogging({ console: false, sinks: shared })).not.toThrow()
  })
})

function told(options: object): string {
  try {
    setupLogging(options)
    return ''
  } catch (error) {
    return String(error)
  }
}
