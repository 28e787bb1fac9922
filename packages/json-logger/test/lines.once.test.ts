import { afterEach, describe, expect, it, vi } from 'vitest'
import { getLogger, memorySink, setupLogging, withContext, withRequestId } from '../src/index.ts'
import { captureLines } from './captured-lines.ts'

/** Fields whose getters count how often they are read. */
function counted(names: readonly string[]): { fields: object; reads: () => number } {
  let reads = 0
  const fields = {}
  for (const name of names) Object.defineProperty(fields, name, { enumerable: true, get: () => ++reads })
  return { fields, reads: () => reads }
}

describe('encoding', () => {
  afterEach(() => setupLogging({ console: false }).close())

  it('reads each field once, for JSON, text and records together', () => {
    const [json, text, coloured] = [
      captureLines('json'),
      captureLines('text'),
      captureLines('text', { hasColours: true }),
    ]
    const memory = memorySink()
    setupLogging({ console: false, sinks: [json.sink, text.sink, coloured.sink, memory] })
    const { fields, reads } = counted(['a', 'b', 'error'])
    getLogger('app').info('m', fields)
    expect(reads()).toBe(3)
    getLogger('app').info(new Error('e'), fields)
    expect(reads()).toBe(6)
    expect(json.parsed(0)).toMatchObject({ a: 1, b: 2, error: 3 })
    expect(memory.records[0]?.fields).toEqual({ a: 1, b: 2, error: 3 })
  })

  it('reads a field that stands under a secret name not at all', () => {
    const [json, text] = [captureLines('json'), captureLines('text')]
    setupLogging({ console: false, sinks: [json.sink, text.sink] })
    const { fields, reads } = counted(['password', 'token', 'set-cookie'])
    getLogger('app').info('m', fields)
    expect(reads()).toBe(0)
  })

  it('encodes a context once per request and the bindings once per child', () => {
    const [json, text] = [captureLines('json'), captureLines('text')]
    setupLogging({ console: false, sinks: [json.sink, text.sink] })
    let encoded = 0
    const value = { toJSON: () => ++encoded }
    const log = getLogger('app').child({ bound: value })
    for (let line = 0; line < 10; line++) log.info('m')
    expect(encoded).toBe(1)
    withRequestId('r', () =>
      withContext({ context: value }, () => {
        for (let line = 0; line < 10; line++) log.info('m')
        for (let line = 0; line < 10; line++) getLogger('other').info('m', { bound: 'own' })
      }),
    )
    expect(encoded).toBe(2)
  })

  it('calls lazy messages and fields once where some sink takes the level, and never where none does', () => {
    const [json, text] = [captureLines('json', { level: 'warn' }), captureLines('text', { level: 'error' })]
    const memory = { ...memorySink(), level: 'error' as const }
    setupLogging({ console: false, level: 'trace', sinks: [json.sink, text.sink, memory] })
    const log = getLogger('app')
    const [message, fields] = [vi.fn(() => 'm'), vi.fn(() => ({ a: 1 }))]
    log.info(message, fields)
    log.debug(message, fields)
    expect([message, fields].map((each) => each.mock.calls.length)).toEqual([0, 0])
    expect([log.isEnabled('info'), log.isEnabled('warn')]).toEqual([false, true])
    log.warn(message, fields)
    expect([json, text].map(({ lines }) => lines.length)).toEqual([1, 0])
    expect(memory.records).toEqual([])
    log.error(message, fields)
    expect([json, text].map(({ lines }) => lines.length)).toEqual([2, 1])
    expect(memory.records).toHaveLength(1)
    expect([message, fields].map((each) => each.mock.calls.length)).toEqual([2, 2])
  })
})
