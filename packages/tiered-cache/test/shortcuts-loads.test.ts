import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { crash, FewNodes } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'
import { clockAhead, slowLoad, twoNodes, twoNodesWithV1 } from './two-nodes.fixture.ts'

describe('A shortcut that is not taken: a load', () => {
  it('fills without comparing the token, or where the record is absent', async () => {
    const { nodes, a, b } = await twoNodes()
    const { open, loading } = slowLoad(a)
    await settled()
    await expect(b.cache.delete('k')).resolves.toEqual({ reached: true })
    open('v1')
    await expect(loading).resolves.toBe('v1')
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    // A has not heard of the delete, but of the refusal.
    await expect(a.cache.get('k')).resolves.toBeUndefined()
  })

  it('fills with the lease of another', async () => {
    const { nodes, a, b } = await twoNodes()
    const old = slowLoad(a)
    await settled()
    await b.cache.delete('k')
    const young = slowLoad(b)
    await settled()
    old.open('v1')
    await old.loading
    young.open('v2')
    await young.loading
    await Promise.all([a.cache.idle(), b.cache.idle()])
    expect(nodes.value('k')).toBe('v2')
  })

  it('asks for the lease again with the token of a question that may still come late', async () => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold('acquire')
    const { open, loading } = slowLoad(a)
    await settled()
    a.redis.next('acquire').fail()
    await settled()
    a.redis.next('acquire').answer()
    await settled()
    await expect(b.cache.delete('k')).resolves.toEqual({ reached: true })
    for (const late of a.redis.late) late()
    open('v1')
    await expect(loading).resolves.toBe('v1')
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
  })

  it('without a lease writes to Redis when it is back, or asks for the lease then', async () => {
    const { nodes, a, b } = await twoNodes()
    a.redis.isCut = true
    const { open, loading } = slowLoad(a)
    await settled()
    await b.cache.delete('k')
    a.redis.isCut = false
    await nodes.clock.advance('1s')
    // The first is the probe of the breaker.
    for (let times = 0; times < 2; times++) await a.cache.get('another')
    const begun = a.redis.begun.length
    open('v1')
    await expect(loading).resolves.toBe('v1')
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    expect(a.redis.begun.slice(begun)).toEqual([])
    a.bus.run()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
  })

  it('runs while another node loads', async () => {
    const { nodes, a, b } = await twoNodes()
    const { open, loading } = slowLoad(a)
    await settled()
    const waiting = b.cache.getOrSet('k', () => 'of b')
    await nodes.clock.advance('5s')
    open('of a')
    await loading
    await a.cache.idle()
    await nodes.clock.advance('2s')
    await expect(waiting).resolves.toBe('of a')
    expect(b.cache.stats()).toMatchObject({ loads: 0, requests: 1, misses: 1 })
    await expect(b.cache.get('k')).resolves.toBe('of a')
    expect(b.cache.stats().tiers['memory']?.hits).toBe(1)
  })

  it('waits for another node where there is a stale value', async () => {
    const { nodes, a, b } = await twoNodesWithV1({ ttl: '5s', grace: '1h' })
    await nodes.clock.advance('5s')
    const refreshed = gate<string>()
    await a.cache.getOrSet('k', () => refreshed.promise)
    await settled()
    await expect(b.cache.getOrSet('k', () => 'of b')).resolves.toBe('v1')
    await b.cache.idle()
    expect(b.cache.stats().loads).toBe(0)
    refreshed.open('v2')
    await a.cache.idle()
    await nodes.clock.advance('1s')
    await expect(b.cache.getOrSet('k', () => 'of b')).resolves.toBe('v1')
    await b.cache.idle()
    await expect(b.cache.get('k')).resolves.toBe('v2')
  })

  it('of a dead node is waited for longer than its lease', async () => {
    const { nodes, a, b } = await twoNodes()
    slowLoad(a).loading.catch(() => {})
    await settled()
    await nodes.clock.advance('25s')
    crash(a)
    const waiting = b.cache.getOrSet('k', () => 'of b')
    await nodes.clock.advance('8s')
    expect(b.cache.stats().loads).toBe(0)
    await nodes.clock.advance('4s')
    await expect(waiting).resolves.toBe('of b')
  })

  it('keeps others waiting though its fill had no answer', async () => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold('fill')
    const { open, loading } = slowLoad(a)
    await settled()
    open('v1')
    await loading
    await nodes.clock.advance(250)
    await a.cache.idle()
    await expect(b.cache.getOrSet('k', () => 'of b')).resolves.toBe('of b')
    // Late, and of no use to anybody.
    a.redis.next('fill').takeEffect()
    expect(nodes.value('k')).toBe('of b')
  })

  it('that fails keeps others waiting', async () => {
    const { a, b } = await twoNodes()
    await expect(a.cache.getOrSet('k', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    await a.cache.idle()
    await expect(b.cache.getOrSet('k', () => 'of b')).resolves.toBe('of b')
  })

  it('keeps what another node has loaded, though it was deleted meanwhile', async () => {
    const { nodes, a, b } = await twoNodes()
    const { open, loading } = slowLoad(a)
    await settled()
    b.redis.hold('acquire')
    const waiting = b.cache.getOrSet('k', () => 'of b')
    await settled()
    open('v1')
    await loading
    await a.cache.idle()
    b.redis.next('acquire').takeEffect()
    await a.cache.delete('k')
    b.bus.run()
    b.redis.next('acquire').answer()
    await expect(waiting).resolves.toBe('v1')
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    expect(nodes.value('k')).toBeUndefined()
  })

  it('of what is old by its own clock, but not by that of Redis, goes on without a lease', async () => {
    const nodes = new FewNodes()
    const a = await nodes.start({ ttl: '10s' })
    const b = await nodes.start({ ttl: '10s', clock: clockAhead(nodes, 60_000) })
    await a.cache.set('k', 'v1')
    b.bus.run()
    await expect(b.cache.getOrSet('k', () => 'v2')).resolves.toBe('v2')
    await b.cache.idle()
    expect(nodes.value('k')).toBe('v2')
  })

  it('is run by everybody who joined a refresh that another node does', async () => {
    const { nodes, a, b } = await twoNodesWithV1({ ttl: '5s', grace: '5s' })
    await nodes.clock.advance('9s')
    const { promise } = gate<string>()
    await a.cache.getOrSet('k', () => promise)
    await settled()
    b.redis.hold('acquire')
    await b.cache.getOrSet('k', () => 'of b')
    await settled()
    // The stale value has ended while b asks whether it may refresh it.
    await nodes.clock.advance('200ms')
    b.redis.next('acquire').takeEffect()
    const clock = nodes.clock.now()
    nodes.clock.jump(clock + 1_000)
    const waiting = [1, 2, 3].map((at) => b.cache.getOrSet('k', () => `of b, ${at}`))
    await settled()
    b.redis.next('acquire').answer()
    await settled()
    expect(b.redis.held.map(({ name }) => name)).toEqual(['acquire k'])
    crash(a)
    b.redis.hold()
    b.redis.next('acquire').answer()
    await nodes.clock.advance('15s')
    const values = await Promise.all(waiting)
    expect(new Set(values).size).toBe(1)
    expect(b.cache.stats()).toMatchObject({ loads: 1, coalesced: 3 })
  })

  it('that fails writes the stale record back', async () => {
    const { nodes, a, b } = await twoNodesWithV1({ ttl: '1s', grace: '1h' })
    await nodes.clock.advance('1s')
    const refreshed = gate<string>()
    await a.cache.getOrSet('k', () => refreshed.promise)
    await settled()
    await expect(b.cache.delete('k')).resolves.toEqual({ reached: true })
    refreshed.fail(new Error('the database is away'))
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
  })
})
