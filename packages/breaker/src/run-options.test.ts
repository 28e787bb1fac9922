import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'
import { Bulkhead } from './bulkhead.ts'
import { compose } from './compose.ts'
import { pipeline } from './pipeline.ts'
import type { RunOptions } from './strategy.ts'
import { ManualClock } from './testing/manual-clock.ts'
import { timeout } from './timeout.ts'

describe('The options of a call', () => {
  it('hand its priority to the bulkhead, through all that is around that', async () => {
    const clock = new ManualClock()
    const parts = { totalTimeout: '1h', retry: {}, breaker: {}, attemptTimeout: '1h', clock } as const
    const nested = (bulkhead: Bulkhead) => compose(timeout({ after: '1h', clock }), new Breaker({ clock }), bulkhead)
    const one = { maxConcurrent: 1 }
    for (const strategy of [pipeline({ ...parts, bulkhead: one }), nested(new Bulkhead(one)), new Bulkhead(one)]) {
      const first = gate<string>()
      const order: string[] = []
      const calls = [strategy.run(() => first.promise)]
      for (const [name, priority] of Object.entries({ a: 0, b: 2, c: undefined, d: 2, e: -1 })) {
        calls.push(strategy.run(() => (order.push(name), name), { priority }))
      }
      first.open('first')
      await Promise.all(calls)
      expect(order.join(' ')).toBe('b d a c e')
    }
  })

  it('are refused by every strategy where one is wrong or unknown', () => {
    for (const strategy of [pipeline({}), new Breaker(), new Bulkhead(), timeout(1), compose()]) {
      const run = (options: unknown) => () => strategy.run(() => 1, options as RunOptions)
      expect(run({ signal: 5 })).toThrow(new TypeError('signal must be an AbortSignal, got 5 (number)'))
      expect(run({ priority: NaN })).toThrow(new TypeError('priority must be a finite number, got NaN (number)'))
      expect(run({ priority: '1' })).toThrow(new TypeError('priority must be a finite number, got 1 (string)'))
      expect(run({ singal: undefined })).toThrow(
        new TypeError("run options has no option 'singal', known are signal, priority, fallback"),
      )
      expect(run(null)).toThrow(new TypeError('run options must be an object, got null'))
    }
  })
})
