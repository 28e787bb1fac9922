import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { BreakerRegistry } from './registry.ts'
import { ManualClock } from './testing/manual-clock.ts'

function setUp(max: number, consecutiveFailures = 1) {
  const clock = new ManualClock()
  const made: string[] = []
  const registry = new BreakerRegistry({
    max,
    create: (key) => {
      made.push(key)
      return { consecutiveFailures, openFor: '10s', clock }
    },
  })
  const trip = (key: string) => {
    const breaker = registry.get(key)
    breaker.failure(breaker.tryAcquire(), new Error('down'))
  }
  /** Whether asking for the key finds it there; asking makes it the most recent. */
  const has = (key: string) => {
    const before = made.length
    registry.get(key)
    return made.length === before
  }
  return { clock, registry, made, trip, has }
}

describe('BreakerRegistry', () => {
  it('gives one breaker per key, named after it', () => {
    const { registry, made } = setUp(10)
    const breaker = registry.get('https://one.example')
    expect(registry.get('https://one.example')).toBe(breaker)
    expect(registry.get('https://two.example')).not.toBe(breaker)
    expect(breaker.name).toBe('https://one.example')
    expect(registry.size).toBe(2)
    expect(made).toEqual(['https://one.example', 'https://two.example'])
  })

  it('lets the options name a breaker otherwise', () => {
    const registry = new BreakerRegistry({ max: 1, create: (key) => ({ name: `tenant ${key}` }) })
    expect(registry.get('7').name).toBe('tenant 7')
  })

  it('removes the closed one that was asked for least recently', () => {
    const { registry, has } = setUp(3)
    for (const key of ['a', 'b', 'c', 'a']) registry.get(key)
    registry.get('d')
    expect(registry.size).toBe(3)
    expect([has('a'), has('c'), has('d')]).toEqual([true, true, true])
    expect(has('b')).toBe(false)
  })

  it('keeps those that know of a fault while there is another', () => {
    const { registry, trip, has } = setUp(3)
    trip('open')
    registry.get('isolated').isolate()
    for (const key of ['a', 'b', 'c', 'd']) registry.get(key)
    expect(registry.size).toBe(3)
    expect([has('open'), has('isolated'), has('d')]).toEqual([true, true, true])
  })

  it('leaves the others room to count in beside open ones that nobody asks for', () => {
    const { registry, trip } = setUp(3, 5)
    for (const dead of ['a', 'b']) {
      for (let call = 0; call < 5; call++) trip(dead)
      expect(registry.get(dead).state).toBe('open')
    }
    for (let call = 0; call < 5; call++) for (const key of ['c', 'd']) trip(key)
    expect([registry.get('c').state, registry.get('d').state]).toEqual(['open', 'open'])
  })

  it('spares an open one no longer than it refuses calls', async () => {
    const { registry, trip, has, clock } = setUp(4)
    trip('open')
    for (const key of ['a', 'b', 'c', 'd']) registry.get(key)
    expect([has('open'), has('b'), has('c'), has('d')]).toEqual([true, true, true, true])
    await clock.advance('10s')
    registry.get('e')
    expect(has('open')).toBe(false)
  })

  it('spares no half-open one that nobody asks for', async () => {
    const { registry, trip, has, clock } = setUp(2)
    trip('half-open')
    await clock.advance('10s')
    registry.get('half-open').tryAcquire()
    for (const key of ['a', 'b']) registry.get(key)
    expect(has('half-open')).toBe(false)
  })

  it('keeps isolated and disabled ones for as long as there are others', async () => {
    const { registry, trip, has, clock } = setUp(3)
    registry.get('isolated').isolate()
    registry.get('disabled').disable()
    await clock.advance('1h')
    for (const key of ['a', 'b', 'c']) trip(key)
    expect([has('isolated'), has('disabled'), has('c')]).toEqual([true, true, true])
  })

  it('gives each key with its breaker, which is no use of it', () => {
    const { registry, has } = setUp(2)
    const breakers = ['a', 'b'].map((key) => [key, registry.get(key)])
    expect([...registry]).toEqual(breakers)
    for (const [key] of registry) if (key === 'a') break
    registry.get('c')
    expect(has('a')).toBe(false)
  })

  it('removes the least recent of those not closed where nothing else is left', () => {
    const { registry, trip, has } = setUp(2)
    for (const key of ['a', 'b', 'a', 'c']) trip(key)
    expect(registry.size).toBe(2)
    expect([has('a'), has('c')]).toEqual([true, true])
  })

  it('counts a breaker that has recovered among the closed ones again', async () => {
    const { registry, trip, has, clock } = setUp(2)
    trip('recovered')
    await clock.advance('10s')
    const breaker = registry.get('recovered')
    breaker.success(breaker.tryAcquire())
    registry.get('a')
    registry.get('b')
    expect([has('a'), has('b')]).toEqual([true, true])
  })

  it('does not take back a removed breaker that changes its state', () => {
    const { registry, made } = setUp(1)
    const removed = registry.get('a')
    const call = removed.tryAcquire()
    registry.get('b')
    removed.failure(call, new Error('late'))
    expect(registry.size).toBe(1)
    expect(registry.get('a')).not.toBe(removed)
    expect(made).toEqual(['a', 'b', 'a'])
  })

  it('keeps its size and its breakers where the options of a new one are refused', () => {
    const registry = new BreakerRegistry({
      max: 1,
      create: (key) => ({ consecutiveFailures: key === 'wrong' ? 0 : 1 }),
    })
    const breaker = registry.get('right')
    expect(() => registry.get('wrong')).toThrow('consecutiveFailures must be')
    expect(registry.get('right')).toBe(breaker)
  })

  const seed = testSeed()
  it(`agrees with a plain list in order of use (seed ${seed})`, () => {
    const random = seededRandom(seed)
    for (let run = 0; run < 200; run++) {
      const max = random.int(1, 6)
      const { registry, trip, made } = setUp(max)
      let kept: { key: string; open: boolean }[] = []
      for (let step = 0; step < 60; step++) {
        const key = String(random.int(1, 9))
        const known = kept.find((entry) => entry.key === key)
        const trips = random.chance(0.2)
        const before = made.length
        if (trips) trip(key)
        else registry.get(key)
        expect(made.length - before).toBe(known === undefined ? 1 : 0)
        if (known === undefined && kept.length === max) {
          const areSpared = kept.filter((entry) => entry.open).length <= max / 2
          const gone = kept.find((entry) => !(entry.open && areSpared)) ?? kept[0]
          kept = kept.filter((entry) => entry !== gone)
        }
        kept = [...kept.filter((entry) => entry !== known), { key, open: trips || known?.open === true }]
        expect(registry.size).toBe(kept.length)
      }
    }
  })

  it('refuses options and keys that are none', () => {
    expect(() => new BreakerRegistry({ max: 0, create: () => ({}) })).toThrow(
      'max must be a whole number of at least 1',
    )
    expect(() => new BreakerRegistry({ max: 1 } as never)).toThrow(
      'create must be a function, got undefined (undefined)',
    )
    expect(() => new BreakerRegistry({ max: 3, create: () => undefined as never }).get('a')).toThrow(
      new TypeError('the answer of create must be an object, got undefined (undefined)'),
    )
    expect(() => new BreakerRegistry({ max: 1, create: () => ({}) }).get('')).toThrow(
      'key must be a string that is not',
    )
  })
})
