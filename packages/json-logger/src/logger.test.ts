import { afterEach, describe, expect, it } from 'vitest'
import { withContext } from './context.ts'
import type { Level } from './level.ts'
import { getLogger } from './logger.ts'
import { setupLogging } from './setup.ts'
import { type MemorySink, memorySink } from './sinks/memory-sink.ts'

describe('Logger', () => {
  afterEach(() => setupLogging({ console: false }).close())

  function captured(): MemorySink {
    const memory = memorySink()
    setupLogging({ console: false, level: 'trace', sinks: [memory] })
    return memory
  }

  it('writes at each level under its name', () => {
    const memory = captured()
    const log = getLogger('app.db')
    const levels: readonly Level[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal']
    for (const level of levels) log[level](`at ${level}`, { level })
    expect(memory.records).toMatchObject(
      levels.map((level) => ({ logger: 'app.db', level, message: `at ${level}`, fields: { level } })),
    )
  })

  it('is `app` where no name is given, and refuses names that are none', () => {
    expect(getLogger().name).toBe('app')
    expect(() => getLogger(7 as never)).toThrow(new TypeError('name must be a string, got 7 (number)'))
    expect(() => getLogger('')).toThrow(new RangeError('name must be 1 to 128 characters, got 0'))
    expect(() => getLogger('x'.repeat(129))).toThrow(new RangeError('name must be 1 to 128 characters, got 129'))
    expect(getLogger('x'.repeat(128)).name).toHaveLength(128)
  })

  it('gives functions that need no object', () => {
    const memory = captured()
    const { info, error } = getLogger('app').child({ a: 1 })
    info('one')
    error('two')
    expect(memory.records.map(({ message, bindings }) => [message, bindings])).toEqual([
      ['one', { a: 1 }],
      ['two', { a: 1 }],
    ])
  })

  it('copies the bindings of a child; inner ones win', () => {
    const memory = captured()
    const bindings = { a: 1, b: 1 }
    const child = getLogger('app').child(bindings).child({ b: 2 })
    bindings.a = 7
    withContext({ a: 0, c: 0 }, () => child.info('m', { c: 3 }))
    expect(memory.records[0]).toMatchObject({ bindings: { a: 1, b: 2, c: 0 }, fields: { c: 3 } })
  })

  it('takes bindings that cannot be read, and refuses what is no object', () => {
    const memory = captured()
    const throwing = {
      fine: 1,
      get broken(): never {
        throw new TypeError('no')
      },
    }
    getLogger('app').child(throwing).info('m')
    expect(memory.records[0]?.bindings).toEqual({ fine: 1, broken: '[threw TypeError: no]' })
    for (const bindings of [null, undefined, 7]) {
      expect(() => getLogger('app').child(bindings as never)).toThrow(/^bindings must be an object, got /)
    }
  })

  it('tells what a lazy message or lazy fields threw, in their place', () => {
    const memory = captured()
    const boom = (): never => {
      throw new RangeError('no')
    }
    getLogger('app').info(boom, boom)
    expect(memory.records[0]).toMatchObject({
      message: '[message threw RangeError]',
      fields: { fields: '[fields threw RangeError]' },
    })
  })
})
