import { testSeed } from '@org/testkit'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Logging, type MemorySink, memorySink, setupLogging } from '../index.ts'
import { resolveRequestContextOptions } from './request-context-options.ts'
import { requestIdOf } from './request-id.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const trusting = resolveRequestContextOptions({ trustInbound: true })

describe('requestIdOf', () => {
  const seed = testSeed()
  let sink: MemorySink
  let logging: Logging

  beforeEach(() => {
    sink = memorySink()
    logging = setupLogging({ console: false, sinks: [sink] })
  })
  afterEach(() => logging.close())

  it(`lets only 1 to 128 of A-Za-z0-9._:- through (TEST_SEED=${seed})`, () => {
    const near = fc.string({
      unit: fc.constantFrom('a', 'Z', '0', '9', '.', '_', ':', '-', ' ', '\n', ',', '/', '\u0000', '\u001b', 'é'),
      maxLength: 140,
    })
    fc.assert(
      fc.property(fc.oneof(near, fc.string(), fc.anything()), (inbound) => {
        const id = requestIdOf(inbound, trusting)
        if (isPlain(inbound)) expect(id).toBe(inbound)
        else expect(id).toMatch(UUID)
      }),
      { seed, numRuns: 10_000 },
    )
  })

  it('takes 128 characters and not 129', () => {
    expect(requestIdOf('a'.repeat(128), trusting)).toBe('a'.repeat(128))
    expect(requestIdOf('a'.repeat(129), trusting)).toMatch(UUID)
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('on purpose')
      },
    ],
    ['answers nothing', () => undefined as never],
    ['answers an empty id', () => ''],
    ['answers a forged line', () => 'a\r\nset-cookie: b'],
    ['answers a promise that rejects', () => Promise.reject(new Error('on purpose')) as never],
  ])('falls back to a UUID, and warns once, where makeId %s', (_what, makeId) => {
    const settings = resolveRequestContextOptions({ makeId })
    expect(requestIdOf(undefined, settings)).toMatch(UUID)
    expect(requestIdOf(undefined, settings)).toMatch(UUID)
    expect(sink.records.map((record) => [record.level, record.logger])).toEqual([['warn', 'http.access']])
  })
})

/** The rule, written without the pattern under test. */
function isPlain(value: unknown): boolean {
  const allowed = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-')
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= 128 &&
    value.split('').every((char) => allowed.has(char))
  )
}
