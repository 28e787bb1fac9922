import { afterEach, describe, expect, it } from 'vitest'
import { getLogger, type LogRecord, setupLogging, withContext } from '../src/index.ts'
import { captureLines } from './captured-lines.ts'
import { strictParse } from './values.strict-json.ts'

describe('logging while a line is made', () => {
  afterEach(() => setupLogging({ console: false }).close())

  it('leaves every line whole, whichever code of the user logs', () => {
    const [json, text] = [captureLines('json'), captureLines('text')]
    setupLogging({ console: false, sinks: [json.sink, text.sink] })
    const log = getLogger('app')
    const inner = (name: string) => (): string => {
      log.info(`inner ${name}`, { from: name })
      return name
    }
    const fields = { before: 1, toText: { toJSON: inner('toJSON') }, after: 2 }
    Object.defineProperty(fields, 'got', { enumerable: true, get: inner('getter') })
    const child = log.child({ bound: { toJSON: inner('bindings') } })
    withContext({ held: { toJSON: inner('context') } }, () =>
      child.info(inner('message'), () => ({ ...fields, lazy: inner('lazy')() })),
    )
    expect(json.lines).toHaveLength(text.lines.length)
    const parsed = json.lines.map((line) => {
      strictParse(line.trimEnd())
      return JSON.parse(line) as Record<string, unknown>
    })
    for (const name of ['toJSON', 'getter', 'bindings', 'context', 'lazy', 'message']) {
      const made = parsed.filter(({ message }) => message === `inner ${name}`)
      expect(made.length).toBeGreaterThan(0)
      for (const each of made) expect(each).toMatchObject({ level: 'INFO', logger: 'app', from: name })
    }
    expect(parsed.at(-1)).toMatchObject({
      message: 'message',
      held: 'context',
      bound: 'bindings',
      before: 1,
      toText: 'toJSON',
      after: 2,
      got: 'getter',
      lazy: 'lazy',
    })
    expect(text.lines.at(-1)).toMatch(/ - message before=1 toText=toJSON after=2 got=getter lazy=lazy bound=bindings /)
  })

  it('hands each sink its own line where a place that takes lines logs too', () => {
    let isInner = false
    const first = captureLines('json', {
      onWrite: () => {
        if (isInner) return
        isInner = true
        getLogger('place').error('inner')
        isInner = false
      },
    })
    const [second, text] = [captureLines('json'), captureLines('text')]
    setupLogging({ console: false, sinks: [first.sink, second.sink, text.sink] })
    getLogger('app').error('outer')
    for (const { lines } of [first, second, text]) {
      expect(lines.filter((line) => line.includes('outer'))).toHaveLength(1)
      expect(lines.filter((line) => line.includes('inner'))).toHaveLength(1)
    }
  })

  it('ends where it would never end, and counts what it gives up', () => {
    const json = captureLines('json')
    const records: LogRecord[] = []
    const log = getLogger('app')
    const logging = setupLogging({
      console: false,
      sinks: [
        json.sink,
        (record) => {
          records.push(record)
          log.info('again')
        },
      ],
    })
    log.info('once')
    const stats = logging.stats()
    expect(records.length).toBe(json.lines.length)
    expect(stats.dropped).toBe(1)
    expect(json.lines.length + stats.dropped).toBe(stats.lines)
    const forever = { toJSON: (): void => log.info('forever', { forever }) }
    log.info('forever', { forever })
    const later = logging.stats()
    expect(json.lines.length + later.dropped).toBe(later.lines)
    for (const line of json.lines) strictParse(line.trimEnd())
  })

  it('never throws where the stack is at its end; what has no room is counted', () => {
    const json = captureLines('json')
    const logging = setupLogging({ console: false, sinks: [json.sink] })
    const log = getLogger('app')
    const dive = (): void => {
      try {
        dive()
      } finally {
        // The deepest calls have no room for a line, the others do.
        log.info('deep', { a: { b: [1, new Error('e')] } })
      }
    }
    expect(dive).toThrow(RangeError)
    log.info('after')
    const { lines, dropped } = logging.stats()
    expect(json.lines.length + dropped).toBe(lines)
    for (const line of json.lines) strictParse(line.trimEnd())
    expect(json.parsed()).toMatchObject({ message: 'after' })
  })
})
