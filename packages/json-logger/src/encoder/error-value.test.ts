import vm from 'node:vm'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../redact.ts'
import { errorParts } from './error-parts.ts'
import { encodeError, errorText, isError } from './error-value.ts'

const redactor = createRedactor(undefined)

function shown(error: unknown): unknown {
  return JSON.parse(encodeError(error, redactor, undefined, 65_536))
}

function withStack<T extends Error>(error: T, stack: string): T {
  return Object.assign(error, { stack })
}

class HttpError extends Error {
  status = 404
  type = 'gone'
}

describe('isError', () => {
  it('knows errors of all kinds and realms, and nothing else', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const errors = [
      new TypeError('x'),
      new DOMException('x'),
      vm.runInNewContext('new Error("x")'),
      new Proxy(new Error('x'), {}),
      Object.create(Error.prototype),
    ]
    expect(errors.map(isError)).toEqual(errors.map(() => true))
    expect([{}, null, 'Error', proxy, { message: 'x', stack: 'y' }, Error].some(isError)).toBe(false)
  })
})

describe('encodeError', () => {
  it('shows type, message, code, stack, causes and whatever else the error has', () => {
    const cause = Object.assign(withStack(new TypeError('inner'), 'TypeError: inner\n    at b (b.js:1:1)'), {
      code: 'ECONNREFUSED',
    })
    const error = Object.assign(withStack(new HttpError('outer', { cause }), 'Error: outer'), {
      password: 'SECRET',
      code: 7,
    })
    expect(shown({ err: error })).toEqual({
      err: {
        type: 'HttpError',
        message: 'outer',
        code: 7,
        stack: 'Error: outer',
        cause: {
          type: 'TypeError',
          message: 'inner',
          code: 'ECONNREFUSED',
          stack: 'TypeError: inner\n    at b (b.js:1:1)',
        },
        status: 404,
        type_2: 'gone',
        password: '[redacted]',
      },
    })
  })

  it('shows all errors of an AggregateError, and causes that are no errors', () => {
    const error = new AggregateError([new Error('one'), 'two'], 'all', { cause: { a: 1n } })
    expect(shown(error)).toMatchObject({
      type: 'AggregateError',
      cause: { a: '1' },
      errors: [{ message: 'one' }, 'two'],
    })
  })

  it('says of a circle of causes that it is one', () => {
    const error = new Error('a')
    error.cause = new Error('b', { cause: error })
    expect(shown(error)).toMatchObject({ cause: { message: 'b', cause: '[Circular]' } })
  })

  it('shows what can be read of an error that throws', () => {
    const error = new Error('boom')
    const get = (): never => {
      throw new RangeError('no')
    }
    for (const key of ['name', 'stack', 'cause']) Object.defineProperty(error, key, { get })
    expect(shown(error)).toEqual({
      type: 'Error',
      message: 'boom',
      stack: '[redacted]',
      cause: '[threw RangeError: no]',
    })
  })

  it('hides the stack where the name or the message in it is hidden', () => {
    const paths = createRedactor({ paths: ['message'] })
    const json = encodeError(new Error('SECRET'), paths, paths.root, 1000)
    expect(JSON.parse(json)).toEqual({ type: 'Error', message: '[redacted]', stack: '[redacted]' })
    const named = createRedactor({ keys: ['name'] })
    expect(encodeError(Object.assign(new Error('x'), { name: 'SECRET' }), named, undefined, 1000)).not.toContain(
      'SECRET',
    )
  })
})

describe('errorParts', () => {
  it('gives scrubbed text, cut to the room', () => {
    const patterns = createRedactor({ patterns: [/SECRET/] })
    const error = Object.assign(withStack(new TypeError(`SECRET ${'x'.repeat(1000)}`), 'SECRET\n at a'), {
      code: 'E_SECRET',
    })
    expect(errorParts(error, patterns, 100)).toEqual({
      type: 'TypeError',
      message: `[redacted] ${'x'.repeat(14)}... [986 more characters]`,
      stack: '[redacted]\n at a',
      code: 'E_[redacted]',
    })
  })
})

describe('errorText', () => {
  it('tells the error, its frames and its causes', () => {
    const cause = withStack(new RangeError('inner'), 'RangeError: inner\n    at b (b.js:1:1)')
    const error = withStack(
      new TypeError('boom', { cause }),
      'TypeError: boom\n    at a (a.js:1:1)\n    at b (b.js:2:2)',
    )
    expect(errorText(error, redactor)).toEqual({
      line: 'TypeError: boom',
      stack: '\n    at a (a.js:1:1)\n    at b (b.js:2:2)\n    caused by: RangeError: inner\n    at b (b.js:1:1)',
    })
  })

  it('tells the errors of an AggregateError, and causes that are no errors', () => {
    const one = withStack(new Error('one'), 'Error: one')
    const error = withStack(new AggregateError([one, { a: 1 }], 'all', { cause: 'why' }), '')
    expect(errorText(error, redactor).stack).toBe(
      '\n    caused by: "why"\n    error 1 of 2: Error: one\n    error 2 of 2: {"a":1}',
    )
  })

  it('ends on circles and long chains', () => {
    const error = withStack(new Error('a'), '')
    error.cause = error
    expect(errorText(error, redactor).stack).toBe('\n    caused by: [Circular]')
    let chain = new Error('last')
    for (let link = 0; link < 1000; link++) chain = new Error('next', { cause: chain })
    expect(errorText(chain, redactor).stack).toMatch(/\n {4}caused by: \[1 more\]$/)
    expect(errorText(new Error('x'.repeat(1e6)), redactor).line.length).toBeLessThan(10_000)
  })

  it('does not let a message begin a line or make a frame', () => {
    const message = 'bad\n2026-01-01 INFO forged\n    at forged (x.js:1:1)\r\u001b[2J'
    const error = withStack(new Error(message), `Error: ${message}\n    at real (r.js:1:1)`)
    expect(errorText(error, redactor)).toEqual({
      line: String.raw`Error: bad\n2026-01-01 INFO forged\n    at forged (x.js:1:1)\r\u001b[2J`,
      stack: '\n    at real (r.js:1:1)',
    })
    const changed = withStack(new Error('other'), `Error: ${message}\nnot a frame`)
    expect(errorText(changed, redactor).stack).toBe(String.raw`${'\n'}    at forged (x.js:1:1)\r\u001b[2J\nnot a frame`)
  })

  it('names the code unless the message does', () => {
    const coded = (message: string): Error => Object.assign(withStack(new Error(message), ''), { code: 'ENOENT' })
    expect(errorText(coded('no file'), redactor).line).toBe('Error [ENOENT]: no file')
    expect(errorText(coded('ENOENT: no file'), redactor).line).toBe('Error: ENOENT: no file')
    expect(errorText(coded(''), redactor).line).toBe('Error [ENOENT]')
  })

  it('hides what paths and keys hide', () => {
    const paths = createRedactor({ paths: ['err.message', 'err.cause.message', 'other'], keys: ['errors'] })
    const error = new AggregateError([new Error('SECRET')], 'SECRET', { cause: new Error('SECRET') })
    const at = paths.step(paths.root, 'err')
    const { line, stack } = errorText(error, paths, at)
    expect(line).toBe('AggregateError: [redacted]')
    expect(stack).toBe('\n    caused by: Error: [redacted]')
    expect(errorText(error, paths, paths.step(paths.root, 'other')).line).toBe('[redacted]')
  })
})
