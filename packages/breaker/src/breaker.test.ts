import { describe, expect, it } from 'vitest'
import { Breaker, type BreakerEvents } from './breaker.ts'
import { ManualClock } from './testing/manual-clock.ts'

function setUp() {
  const clock = new ManualClock()
  const breaker = new Breaker({ name: 'llm', consecutiveFailures: 3, openFor: '10s', clock })
  const fail = () => breaker.failure(breaker.tryAcquire(), new Error('down'))
  return { clock, breaker, fail }
}

describe('Breaker', () => {
  it('opens after consecutive failures, refuses, then lets one probe through', async () => {
    const { breaker, clock, fail } = setUp()
    fail()
    fail()
    breaker.success(breaker.tryAcquire())
    fail()
    fail()
    expect(breaker.state).toBe('closed')
    fail()
    expect(breaker.state).toBe('open')
    expect(breaker.tryAcquire()).toBe(0)
    expect(breaker.stats().retryAfterMs).toBe(10_000)
    await clock.advance('10s')
    const probe = breaker.tryAcquire()
    expect(probe).not.toBe(0)
    expect(breaker.tryAcquire()).toBe(0)
    breaker.success(probe)
    expect(breaker.state).toBe('closed')
  })

  it('opens again when the probe fails, and offers the probe again when it is ignored', async () => {
    const { breaker, clock, fail } = setUp()
    for (let at = 0; at < 3; at++) fail()
    await clock.advance('10s')
    breaker.ignore(breaker.tryAcquire())
    const probe = breaker.tryAcquire()
    expect(probe).not.toBe(0)
    breaker.failure(probe, new Error('still down'))
    expect(breaker.state).toBe('open')
    expect(breaker.stats()).toMatchObject({ trips: 2, ignored: 1, failures: 4 })
  })

  it('never changes its state for a result of a call begun before the latest change', () => {
    const { breaker, fail } = setUp()
    const late = breaker.tryAcquire()
    for (let at = 0; at < 3; at++) fail()
    breaker.success(late)
    expect(breaker.state).toBe('open')
    expect(breaker.stats().late).toBe(1)
  })

  it('tells listeners after the state is committed; one that throws changes nothing', () => {
    const { breaker, fail } = setUp()
    const facts: BreakerEvents['state'][] = []
    breaker.on('state', () => {
      throw new Error('listener')
    })
    const off = breaker.on('state', (fact) => {
      expect(breaker.state).toBe(fact.to)
      facts.push(fact)
    })
    for (let at = 0; at < 3; at++) fail()
    off()
    expect(facts).toEqual([
      { breaker: 'llm', from: 'closed', to: 'open', retryAfterMs: 10_000, cause: new Error('down') },
    ])
  })

  it('refuses options that are none', () => {
    expect(() => new Breaker({ consecutiveFailures: 0 })).toThrow('consecutiveFailures must be 1 or more, got 0')
    expect(() => new Breaker({ openFor: -1 })).toThrow('openFor must be zero or more milliseconds, got -1 (number)')
  })
})
