import { createRequire } from 'node:module'
import type * as otel from '@opentelemetry/api'
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { testSeed } from '@org/testkit'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { TraceIds } from './context.ts'
import { formatTraceparent, newSpan, parseTraceparent } from './http/traceparent.ts'
import { activeTrace } from './trace-context.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

describe('parseTraceparent', () => {
  it.each([
    [`00-${TRACE}-${SPAN}-01`, 1],
    [`00-${TRACE}-${SPAN}-00`, 0],
    [`00-${TRACE}-${SPAN}-03`, 3],
    [`00-${TRACE}-${SPAN}-ff`, 3], // bits that the version does not define are not passed on
    [`01-${TRACE}-${SPAN}-03`, 1], // of a later version only sampled is known
    [`cc-${TRACE}-${SPAN}-01-what-comes-later`, 1],
    [`fe-${TRACE}-${SPAN}-01-`, 1],
  ])('reads %s', (header, flags) => {
    expect(parseTraceparent(header)).toEqual({ traceId: TRACE, spanId: SPAN, flags })
  })

  it.each([
    undefined,
    ['00-x'],
    '',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN.toUpperCase()}-01`,
    `00-${TRACE}-${SPAN}-0A`,
    `0A-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}-001`,
    `00-${TRACE}-${SPAN}-01-`,
    `00-${TRACE}-${SPAN}-01-more`,
    `01-${TRACE}-${SPAN}-01more`,
    `01-${TRACE}-${SPAN}-01\n`,
    `00-${TRACE}-${SPAN}-01\n`,
    ` 00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01 `,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `00-${TRACE}${SPAN}-01`,
    `00_${TRACE}_${SPAN}_01`,
    `00-${TRACE.replace('4', 'g')}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `01-${TRACE}-${SPAN}-01, 01-${TRACE}-${SPAN}-01`,
  ])('refuses %j', (header) => {
    expect(parseTraceparent(header)).toBeUndefined()
  })

  const seed = testSeed()
  it(`reads back what is written, and no text with one character changed to another than lower hex (TEST_SEED=${seed})`, () => {
    const position = fc.integer({ min: 3, max: 54 })
    fc.assert(
      fc.property(spans(), position, fc.string({ minLength: 1, maxLength: 1 }), (ids, at, char) => {
        const header = formatTraceparent(ids)
        expect(header).toHaveLength(55)
        expect(parseTraceparent(header)).toEqual(ids)
        const changed = header.slice(0, at) + char + header.slice(at + 1)
        const harmless = header[at] === '-' ? char === '-' : /^[0-9a-f]$/.test(char)
        if (!harmless) expect(parseTraceparent(changed)).toBeUndefined()
      }),
      { seed, numRuns: 2_000 },
    )
  })

  it(`refuses all other text (TEST_SEED=${seed})`, () => {
    const junk = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('0', 'f', '-', 'A', '\n'), maxLength: 70 }))
    fc.assert(
      fc.property(junk, (text) => {
        expect(parseTraceparent(text)).toBeUndefined()
      }),
      { seed, numRuns: 5_000 },
    )
  })
})

describe('newSpan', () => {
  it('begins sampled traces with ids that parse, none twice', () => {
    const made = Array.from({ length: 1_000 }, () => newSpan(undefined))
    for (const ids of made) expect(parseTraceparent(formatTraceparent(ids))).toEqual(ids)
    expect(new Set(made.map((ids) => ids.traceId)).size).toBe(1_000)
    expect(new Set(made.map((ids) => ids.spanId)).size).toBe(1_000)
    expect(made[0]?.flags).toBe(1)
  })

  it('stays in the trace of its parent', () => {
    const span = newSpan({ traceId: TRACE, spanId: SPAN, flags: 0 })
    expect(span).toEqual({ traceId: TRACE, spanId: expect.not.stringContaining(SPAN), flags: 0 })
  })
})

describe('activeTrace', () => {
  const key = Symbol.for('opentelemetry.js.api.1')
  const globals = globalThis as Record<symbol, unknown>

  afterEach(() => {
    context.disable()
    delete globals[key]
  })

  it('knows nothing where there is no OpenTelemetry', () => {
    expect(activeTrace()).toBeUndefined()
  })

  it('gives the ids of the real API’s active span, across waits, and nothing outside', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager())
    expect(activeTrace()).toBeUndefined()
    const span = trace.wrapSpanContext({ traceId: TRACE, spanId: SPAN, traceFlags: 1 })
    await context.with(trace.setSpan(ROOT_CONTEXT, span), async () => {
      expect(activeTrace()).toEqual({ traceId: TRACE, spanId: SPAN, flags: 1 })
      await new Promise((passed) => setImmediate(passed))
      expect(activeTrace()).toEqual({ traceId: TRACE, spanId: SPAN, flags: 1 })
    })
    expect(activeTrace()).toBeUndefined()
  })

  it('sees what the CommonJS build of the API registered', () => {
    const require = createRequire(import.meta.url)
    const api = require('@opentelemetry/api') as typeof otel
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager())
    const span = api.trace.wrapSpanContext({ traceId: TRACE, spanId: SPAN, traceFlags: 0 })
    const seen = api.context.with(api.trace.setSpan(api.ROOT_CONTEXT, span), activeTrace)
    expect(seen).toEqual({ traceId: TRACE, spanId: SPAN, flags: 0 })
  })

  it.each([
    null,
    7,
    {},
    { context: null },
    { context: { active: 'no function' } },
    { context: { active: () => undefined } },
    { context: { active: () => ({ getValue: () => ({}) }) } },
    registered(null),
    registered({ traceId: '0'.repeat(32), spanId: SPAN, traceFlags: 1 }),
    registered({ traceId: TRACE, spanId: '0'.repeat(16), traceFlags: 1 }),
    registered({ traceId: TRACE.toUpperCase(), spanId: SPAN, traceFlags: 1 }),
    registered({ traceId: 7, spanId: SPAN, traceFlags: 1 }),
  ])('neither believes nor stumbles over %j', (api) => {
    globals[key] = api
    expect(activeTrace()).toBeUndefined()
  })

  it('does not throw where a context manager does', () => {
    globals[key] = {
      get context(): never {
        throw new Error('on purpose')
      },
    }
    expect(activeTrace()).toBeUndefined()
  })
})

function registered(spanContext: unknown): object {
  return { context: { active: () => ({ getValue: () => ({ spanContext: () => spanContext }) }) } }
}

function spans(): fc.Arbitrary<TraceIds> {
  const hex = (length: number): fc.Arbitrary<string> =>
    fc
      .string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length })
      .filter((digits) => !/^0+$/.test(digits))
  return fc.record({ traceId: hex(32), spanId: hex(16), flags: fc.integer({ min: 0, max: 3 }) })
}
