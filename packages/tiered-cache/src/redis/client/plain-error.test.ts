import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { plainError } from './plain-error.ts'

describe('plainError', () => {
  it('keeps text and code, and nothing that a client hung on the error', () => {
    const given = Object.assign(new Error('WRONGTYPE wrong kind'), {
      code: 'ECONNRESET',
      command: { name: 'set', args: ['key', 'value of a user'] },
      cause: new Error('value of a user'),
    })
    const plain = plainError(given)
    expect(plain).toMatchObject({ message: 'WRONGTYPE wrong kind', code: 'ECONNRESET' })
    expect(inspect(plain, { depth: 9 })).not.toContain('value of a user')
  })

  it('cuts what Redis quotes of a command it does not know', () => {
    const quoting = new Error('ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `me`, `hunter2`, ')
    expect(plainError(quoting).message).toBe('ERR unknown command `HELLO`')
  })

  it('hides secrets', () => {
    expect(plainError(new Error('no host me:hunter2@h'), ['hunter2']).message).toBe('no host me:***@h')
  })

  it('tells every address that did not answer', () => {
    const all = new AggregateError([new Error('connect ECONNREFUSED ::1'), new Error('connect ECONNREFUSED 127.0.0.1')])
    expect(plainError(all).message).toBe('connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1')
  })

  it('says something of what is no error', () => {
    expect(plainError('hunter2').message).toBe('the Redis client failed')
  })
})
