import { once } from 'node:events'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { getRequestId, withContext, withRequestId } from './context.ts'
import { getLogger } from './logger.ts'
import { setupLogging } from './setup.ts'
import { type MemorySink, memorySink } from './sinks/memory-sink.ts'

describe('context', () => {
  let memory: MemorySink

  beforeEach(() => {
    memory = memorySink()
    setupLogging({ console: false, sinks: [memory] })
  })
  afterEach(() => setupLogging({ console: false }).close())

  const log = getLogger('app')
  const seen = (): unknown[] => memory.records.map(({ message, requestId, bindings }) => [message, requestId, bindings])

  it('nests: inner ids and fields win, and end with their function', () => {
    withRequestId('outer', () => {
      withContext({ a: 1, b: 1 }, () => {
        log.info('outside')
        withRequestId('inner', () => withContext({ b: 2 }, () => log.info('inside')))
        log.info('outside again')
      })
    })
    log.info('after')
    expect(seen()).toEqual([
      ['outside', 'outer', { a: 1, b: 1 }],
      ['inside', 'inner', { a: 1, b: 2 }],
      ['outside again', 'outer', { a: 1, b: 1 }],
      ['after', undefined, {}],
    ])
    expect(getRequestId()).toBeUndefined()
  })

  it('survives await, timers, events of streams and requests side by side', async () => {
    const request = (id: string): Promise<void> =>
      withRequestId(id, async () => {
        await Promise.resolve()
        log.info('await')
        await pause(1)
        await new Promise<void>((resolve) =>
          setImmediate(() => process.nextTick(() => queueMicrotask(() => resolve(log.info('timers'))))),
        )
        const transform = new Transform({
          transform(chunk, _encoding, done) {
            log.info('transform')
            done(null, chunk)
          },
        })
        const ended = once(transform, 'end').then(() => log.info('end'))
        await pipeline(Readable.from(['a']), transform, async (source) => {
          for await (const _ of source) log.info('chunk')
        })
        await ended
      })
    await Promise.all(['r1', 'r2', 'r3'].map(request))
    for (const id of ['r1', 'r2', 'r3']) {
      const messages = memory.records.filter(({ requestId }) => requestId === id).map(({ message }) => message)
      expect(messages.toSorted()).toEqual(['await', 'chunk', 'end', 'timers', 'transform'])
    }
  })

  it('cuts ids at 128 characters', () => {
    withRequestId('x'.repeat(200), () => log.info('m'))
    expect(memory.records[0]?.requestId).toBe('x'.repeat(128))
  })

  it('copies its fields; one that cannot be read says so', () => {
    const fields = {
      a: 1,
      get broken(): never {
        throw new TypeError('no')
      },
    }
    withContext(fields, () => {
      fields.a = 2
      log.info('m')
    })
    expect(memory.records[0]?.bindings).toEqual({ a: 1, broken: '[threw TypeError: no]' })
  })

  it('hands on what its function answers or throws', async () => {
    expect(withRequestId('r', () => 7)).toBe(7)
    await expect(withContext({}, () => Promise.reject(new Error('own')))).rejects.toThrow('own')
    expect(() => withContext({}, () => JSON.parse('{') as unknown)).toThrow(SyntaxError)
  })

  it('refuses ids and fields that are none', () => {
    expect(() => withRequestId('', () => 0)).toThrow(/^id must be a string that is not empty, got /)
    expect(() => withRequestId(7 as never, () => 0)).toThrow('id must be a string that is not empty, got 7 (number)')
    expect(() => withContext(null as never, () => 0)).toThrow('fields must be an object, got null')
  })
})
