import { describe, expect, it } from 'vitest'
import { fastifyRequestContext, honoRequestContext, koaRequestContext, requestContext } from './index.ts'
import { type RequestContextOptions, resolveRequestContextOptions } from './request-context-options.ts'

describe('RequestContextOptions', () => {
  it('have safe defaults, also for undefined', () => {
    const defaults = { header: 'x-request-id', trustInbound: false, accessLog: true, makeId: expect.any(Function) }
    expect(resolveRequestContextOptions()).toEqual(defaults)
    expect(resolveRequestContextOptions({ header: undefined, makeId: undefined })).toEqual(defaults)
  })

  it.each([
    [null, TypeError, 'requestContext must be an object, got null'],
    [{ trustInBound: true }, TypeError, "requestContext has no option 'trustInBound'"],
    [{ header: 7 }, TypeError, 'header must be the name of an HTTP header, got 7 (number)'],
    [{ header: '' }, RangeError, 'header must be the name of an HTTP header that has no other meaning'],
    [{ header: 'two words' }, RangeError, 'header must be'],
    [{ header: 'x\r\nset-cookie' }, RangeError, 'header must be'],
    [{ header: 'TraceParent' }, RangeError, 'header must be'],
    [{ header: 'Content-Length' }, RangeError, 'header must be'],
    [{ header: 'transfer-encoding' }, RangeError, 'header must be'],
    [{ header: 'connection' }, RangeError, 'header must be'],
    [{ header: 'host' }, RangeError, 'header must be'],
    [{ header: 'Set-Cookie' }, RangeError, 'header must be'],
    [{ trustInbound: 'yes' }, TypeError, 'trustInbound must be true or false, got yes (string)'],
    [{ accessLog: 0 }, TypeError, 'accessLog must be true or false, got 0 (number)'],
    [{ makeId: 'id' }, TypeError, 'makeId must be a function, got id (string)'],
  ])('refuse %j in every middleware', (options, kind, message) => {
    for (const middleware of [requestContext, fastifyRequestContext, honoRequestContext, koaRequestContext]) {
      const make = (): unknown => middleware(options as RequestContextOptions)
      expect(make).toThrow(kind)
      expect(make).toThrow(message)
    }
  })
})
