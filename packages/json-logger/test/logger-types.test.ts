import { describe, expect, expectTypeOf, it } from 'vitest'
import type { CacheLogger } from '../../tiered-cache/src/options.ts'
import { getLogger, type Log, type Logger, withContext, withRequestId } from '../src/index.ts'

interface AppFields {
  readonly userId?: string
  readonly durationMs?: number
}

// The body is looked at by the compiler and never run.
function refused(): void {
  const log = getLogger<AppFields>('app')
  log.info('m', { userId: 'u', durationMs: 1 })
  log.info('m', () => ({ userId: 'u' }))
  log.child({ any: 'thing' }).warn(new Error('e'), { durationMs: 1 })
  // @ts-expect-error a field of another type
  log.info('m', { userId: 7 })
  // @ts-expect-error a field that the application has not declared
  log.info('m', { user: 'u' })
  // @ts-expect-error lazy fields are looked at too
  log.info('m', () => ({ durationMs: 'long' }))
  // @ts-expect-error a child has the fields of its logger
  log.child({}).info('m', { userId: 7 })
  // @ts-expect-error a number is no message
  log.info(7)
  // @ts-expect-error fields are no text
  getLogger().info('m', 'text')
  // @ts-expect-error no such level
  log.isEnabled('loud')
  // @ts-expect-error bindings are an object
  log.child('a')
}

describe('Logger', () => {
  it('takes the declared fields of an application, an interface too, and refuses others', () => {
    expectTypeOf(refused).returns.toBeVoid()
    expectTypeOf(getLogger<AppFields>()).toEqualTypeOf<Logger<AppFields>>()
    expectTypeOf(getLogger()).toEqualTypeOf<Logger>()
    const { info } = getLogger<{ a: number }>('app')
    expectTypeOf(info).toEqualTypeOf<Log<{ a: number }>>()
  })

  it('is a logger for the cache, whatever its fields', () => {
    expectTypeOf(getLogger()).toExtend<CacheLogger>()
    expectTypeOf(getLogger<AppFields>()).toExtend<CacheLogger>()
  })

  it('hands on what runs in a context', () => {
    expectTypeOf(withRequestId('id', () => 7)).toEqualTypeOf<number>()
    expectTypeOf(withContext({ a: 1 }, async () => Promise.resolve('x'))).toEqualTypeOf<Promise<string>>()
  })

  it('takes objects whose type is an interface, as fields, bindings and context', () => {
    interface User {
      readonly id: number
    }
    const user: User = { id: 1 }
    const log = getLogger('app')
    withContext(user, () => log.child(user).trace('seen', user))
    expect(log.isEnabled('INFO' as 'info')).toBe(true)
  })
})
