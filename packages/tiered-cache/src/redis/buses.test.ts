import { describe, expect, it } from 'vitest'
import { redisPubSubBus } from './pubsub-bus.ts'
import { redisBus } from './stream-bus.ts'

describe('redisBus', () => {
  it.each([
    [{ stream: '' }, TypeError, 'stream must be a string that is not empty, got  (string)'],
    [{ stream: 7 }, TypeError, 'stream must be a string that is not empty, got 7 (number)'],
    [{ maxLength: 0 }, RangeError, 'maxLength must be a whole number of at least 1, or Infinity, got 0 (number)'],
    [{ maxLength: 1.5 }, RangeError, 'maxLength must be a whole number of at least 1, or Infinity, got 1.5 (number)'],
    [{ maxLength: '9' }, TypeError, 'maxLength must be a number, got 9 (string)'],
    [{ length: 7 }, TypeError, "redisBus options has no option 'length'"],
    [null, TypeError, 'redisBus options must be an object, got null'],
  ])('refuses the options %j', (options, kind, message) => {
    const make = (): unknown => redisBus(options as never)
    expect(make).toThrow(kind)
    expect(make).toThrow(message)
  })

  it('connects nothing before it is used', async () => {
    const bus = redisBus({ url: 'redis://127.0.0.1:1', maxLength: Infinity, stream: undefined, clock: undefined })
    expect([bus.silentMs, bus.hasCaughtUp]).toEqual([Infinity, false])
    await bus.close?.()
  })
})

describe('redisPubSubBus', () => {
  it.each([
    [{ channel: '' }, 'channel must be a string that is not empty, got  (string)'],
    [{ stream: 'a' }, "redisPubSubBus options has no option 'stream'"],
  ])('refuses the options %j', (options, message) => {
    expect(() => redisPubSubBus(options as never)).toThrow(message)
  })
})
