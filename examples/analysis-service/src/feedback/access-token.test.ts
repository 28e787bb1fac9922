import { ManualClock } from '@org/breaker/testing'
import { type Gate, gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { AccessToken, type IssuedToken } from './access-token.ts'

const { signal: never } = new AbortController()

describe('AccessToken', () => {
  it('is asked for once for all who wait, and then kept', async () => {
    const { token, renewals } = tokenUnderTest()
    const first = Promise.all(Array.from({ length: 50 }, () => token.get(never)))
    renewals[0]?.issued.open(issued('a', Number.POSITIVE_INFINITY))
    expect(new Set(await first)).toEqual(new Set(['a']))
    expect(await token.get(never)).toBe('a')
    expect(renewals).toHaveLength(1)
  })

  it('is renewed shortly before its expiry', async () => {
    const { token, renewals, clock } = tokenUnderTest()
    const first = token.get(never)
    renewals[0]?.issued.open(issued('a', clock.now() + 30 * 60_000))
    await first
    await clock.advance('28.9m')
    expect(await token.get(never)).toBe('a')
    await clock.advance('0.2m')
    const second = token.get(never)
    expect(renewals).toHaveLength(2)
    renewals[1]?.issued.open(issued('b', Number.POSITIVE_INFINITY))
    expect(await second).toBe('b')
  })

  it('keeps no failure', async () => {
    const { token, renewals } = tokenUnderTest()
    const [one, other] = [token.get(never), token.get(never)]
    renewals[0]?.issued.fail(new Error('refused'))
    await expect(one).rejects.toThrow('refused')
    await expect(other).rejects.toThrow('refused')
    const next = token.get(never)
    renewals[1]?.issued.open(issued('a', Number.POSITIVE_INFINITY))
    expect(await next).toBe('a')
  })

  it('is discarded once, however many were refused with it', async () => {
    const { token, renewals } = tokenUnderTest()
    const first = token.get(never)
    renewals[0]?.issued.open(issued('a', Number.POSITIVE_INFINITY))
    await first
    token.discard('a')
    const second = token.get(never)
    renewals[1]?.issued.open(issued('b', Number.POSITIVE_INFINITY))
    await second
    token.discard('a')
    expect(await token.get(never)).toBe('b')
    expect(renewals).toHaveLength(2)
  })

  it('goes on for the others when one of them leaves', async () => {
    const { token, renewals } = tokenUnderTest()
    const leaver = new AbortController()
    const [left, stays] = [token.get(leaver.signal), token.get(never)]
    leaver.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    expect(renewals[0]?.signal.aborted).toBe(false)
    renewals[0]?.issued.open(issued('a', Number.POSITIVE_INFINITY))
    expect(await stays).toBe('a')
  })

  it('is given up when the last has left, and asked for anew by the next', async () => {
    const { token, renewals } = tokenUnderTest()
    const leaver = new AbortController()
    const left = token.get(leaver.signal)
    leaver.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    expect(renewals[0]?.signal.aborted).toBe(true)
    const next = token.get(never)
    renewals[0]?.issued.fail(new Error('aborted, at last'))
    renewals[1]?.issued.open(issued('b', Number.POSITIVE_INFINITY))
    expect(await next).toBe('b')
    expect(await token.get(never)).toBe('b')
    expect(renewals).toHaveLength(2)
  })
})

interface Renewal {
  readonly signal: AbortSignal
  readonly issued: Gate<IssuedToken>
}

function tokenUnderTest(): { token: AccessToken; renewals: Renewal[]; clock: ManualClock } {
  const renewals: Renewal[] = []
  const clock = new ManualClock()
  const renew = (signal: AbortSignal): Promise<IssuedToken> => {
    const issuing = gate<IssuedToken>()
    renewals.push({ signal, issued: issuing })
    return issuing.promise
  }
  return { token: new AccessToken({ renew, clock }), renewals, clock }
}

function issued(value: string, expiresAt: number): IssuedToken {
  return { value, expiresAt }
}
