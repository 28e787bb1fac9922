import { BreakerOpenError, TimeoutError } from '@org/breaker'
import { errors } from 'undici'
import { describe, expect, it } from 'vitest'
import { GigaChatAnswerError, GigaChatStatusError } from './gigachat-errors.ts'
import { gigaChatOutcome, isTransient } from './gigachat-limits.ts'

const status = (code: number): Error => new GigaChatStatusError('/x', code, undefined)

describe('the limits of GigaChat', () => {
  it.each([400, 403, 404, 413, 422])('take %i for our own mistake: no failure, and not tried again', (code) => {
    expect([gigaChatOutcome(status(code)), isTransient(status(code))]).toEqual(['success', false])
  })

  it.each([408, 429, 500, 502, 503, 504])('take %i for a failure, and try again', (code) => {
    expect([gigaChatOutcome(status(code)), isTransient(status(code))]).toEqual(['failure', true])
  })

  it('take a refused key and a redirect for failures, and do not try again', () => {
    for (const code of [401, 302]) {
      expect([gigaChatOutcome(status(code)), isTransient(status(code))]).toEqual(['failure', false])
    }
  })

  it('try again after what happens to connections, not after bad answers, refusals and mistakes', () => {
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' })
    for (const error of [reset, new errors.SocketError('closed'), new TimeoutError(1, 'attempt')]) {
      expect([gigaChatOutcome(error), isTransient(error)]).toEqual(['failure', true])
    }
    const certificate = Object.assign(new Error('self-signed'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' })
    const open = new BreakerOpenError('x', 'open', 1, undefined)
    for (const error of [certificate, open, new GigaChatAnswerError('/x', 'is not JSON'), new TypeError('x'), 'text']) {
      expect(isTransient(error)).toBe(false)
    }
  })
})
