import type { Clock } from '@org/tiered-cache'
import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { crash, type FewNode, FewNodes, type FewNodeOptions, type Layout } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'

interface SetUp {
  readonly nodes: FewNodes
  readonly a: FewNode
  readonly b: FewNode
}

async function twoNodes(options: FewNodeOptions = {}, nodes: FewNodes = new FewNodes()): Promise<SetUp> {
  return { nodes, a: await nodes.start(options), b: await nodes.start(options) }
}

/** Both nodes hold v1 in every tier, and have heard of it. */
async function twoNodesWithV1(options: FewNodeOptions = {}, nodes?: FewNodes): Promise<SetUp> {
  const all = await twoNodes(options, nodes)
  await all.a.cache.set('k', 'v1')
  all.a.bus.run()
  all.b.bus.run()
  await all.b.cache.get('k')
  await all.b.cache.idle()
  return all
}

function clockAhead({ clock }: FewNodes, ms: number): Clock {
  return {
    now: () => clock.now() + ms,
    monotonic: () => clock.monotonic(),
    setTimer: (callback, delayMs) => clock.setTimer(callback, delayMs),
  }
}

/** A loader that answers when it is told to. */
function slowLoad(node: FewNode): { readonly open: (value: string) => void; readonly loading: Promise<string> } {
  const value = gate<string>()
  return { open: (loaded) => value.open(loaded), loading: node.cache.getOrSet('k', () => value.promise) }
}

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

describe('A shortcut that is not taken: a delete', () => {
  it('is published before it is done', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    const before = nodes.messages
    a.redis.hold('delete')
    const deleting = a.cache.delete('k')
    await settled()
    expect(nodes.messages).toBe(before)
    a.redis.next('delete').answer()
    await deleting
    expect(nodes.messages).toBe(before + 1)
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('is acknowledged before it is published', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.publishing.hold('publish')
    const deleting = a.cache.delete('k')
    await nodes.clock.advance(250)
    await expect(deleting).resolves.toEqual({ reached: false })
    a.publishing.next('publish').fail()
    a.publishing.hold()
    await nodes.clock.advance('1s')
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('makes what was begun before it void, but not what was begun during it', async () => {
    const { a } = await twoNodesWithV1()
    a.redis.hold('delete', 'get')
    const deleting = a.cache.delete('k')
    const reading = a.cache.get('k')
    await settled()
    a.redis.next('get').takeEffect()
    a.redis.next('delete').answer()
    await deleting
    a.redis.next('get').answer()
    await expect(reading).resolves.toBe('v1')
    a.redis.hold()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
  })

  it.each(['get', 'getOrSet'] as const)('lets a later %s join a flight from before it', async (verb) => {
    const { a, b } = await twoNodes()
    await b.cache.set('k', 'v1')
    a.redis.hold('get')
    const read = (): Promise<string | undefined> =>
      verb === 'get' ? a.cache.get('k') : a.cache.getOrSet('k', () => 'v2')
    const before = read()
    await settled()
    const held = a.redis.next('get')
    held.takeEffect()
    a.redis.hold()
    await a.cache.delete('k')
    const after = read()
    held.answer()
    await expect(before).resolves.toBe('v1')
    await expect(after).resolves.toBe(verb === 'get' ? undefined : 'v2')
  })

  it('that failed leaves the key readable in Redis', async () => {
    const { nodes, a } = await twoNodesWithV1()
    a.redis.isCut = true
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: false })
    a.redis.isCut = false
    expect(nodes.value('k')).toBe('v1')
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
  })

  it('that failed is sent again only when somebody asks, or without being published', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.redis.isCut = true
    await a.cache.delete('k')
    a.redis.isCut = false
    await nodes.clock.advance('1s')
    expect(nodes.value('k')).toBeUndefined()
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })

  it('that could not be published is a fault of Redis', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    a.cutBus(true)
    for (let at = 0; at < 10; at++) await a.cache.delete(`k${at}`)
    await expect(a.cache.delete('k')).resolves.toEqual({ reached: false })
    expect(a.cache.stats().tiers['redis']).toMatchObject({ faults: 0, breaker: 'closed', pending: 11 })
    a.cutBus(false)
    await nodes.clock.advance('1s')
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('because the source has nothing any more is not told', async () => {
    const { nodes, a, b } = await twoNodesWithV1({ ttl: '1s', grace: '1h' })
    await nodes.clock.advance('1s')
    await a.cache.getOrSet('k', () => undefined as unknown as string)
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    b.bus.run()
    await expect(b.cache.entry('k')).resolves.toBeUndefined()
  })
})

describe('A shortcut that is not taken: a set', () => {
  it.each(['stake', 'fill'])('is one command, which may be executed late (%s)', async (late) => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold(late)
    const setting = a.cache.set('k', 'v2')
    await nodes.clock.advance(250)
    await expect(setting).resolves.toEqual({ reached: false })
    await b.cache.set('k', 'v3')
    await expect(b.cache.delete('k')).resolves.toEqual({ reached: true })
    a.redis.hold()
    a.redis.next(late).answer()
    await settled()
    expect(nodes.value('k')).toBeUndefined()
    expect(a.redis.count('fill')).toBe(late === 'fill' ? 1 : 0)
  })

  it.each<[Layout]>([[['memory', 'redis']], [['memory', 'disk', 'redis']]])(
    'keeps its value though a message came before its answer (%s)',
    async (layout) => {
      const { a, b } = await twoNodes({ layout })
      a.redis.hold('fill')
      const setting = a.cache.set('k', 'v2')
      await settled()
      a.redis.next('fill').takeEffect()
      await b.cache.delete('k')
      a.bus.run()
      a.redis.next('fill').answer()
      await setting
      await expect(a.cache.get('k')).resolves.toBeUndefined()
    },
  )

  it.each([true, false])('keeps its value though its fill was refused (with a bus: %s)', async (hasBus) => {
    const { nodes, a, b } = await twoNodes({ layout: ['memory', 'disk', 'redis'], hasBus })
    a.redis.hold('fill')
    const setting = a.cache.set('k', 'v2')
    await settled()
    await b.cache.delete('k')
    a.redis.next('fill').answer()
    await expect(setting).resolves.toEqual({ reached: true })
    await a.cache.idle()
    await expect(a.cache.get('k')).resolves.toBeUndefined()
    expect([nodes.value('k'), a.contents.has('k')]).toEqual([undefined, false])
  })

  it('is acknowledged on the strength of one that then fails half-way', async () => {
    const { nodes, a, b } = await twoNodesWithV1({}, new FewNodes(true))
    a.redis.hold('fill')
    const setting = a.cache.set('k', 'v2')
    await settled()
    b.redis.hold('fill')
    void b.cache.set('k', 'v3')
    await settled()
    crash(b)
    a.redis.next('fill').answer()
    await expect(setting).resolves.toEqual({ reached: true })
    expect(nodes.value('k')).not.toBe('v1')
  })

  it('is published before its fill', async () => {
    const { nodes, a, b } = await twoNodesWithV1()
    const before = nodes.messages
    a.redis.hold('fill')
    const setting = a.cache.set('k', 'v2')
    await settled()
    expect(nodes.messages).toBe(before)
    a.redis.next('fill').answer()
    await setting
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBe('v2')
  })

  it('goes on when its caller has been answered, because its turn came late', async () => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold('delete', 'stake')
    const deleting = a.cache.delete('k')
    const setting = a.cache.set('k', 'v2')
    await nodes.clock.advance(249)
    a.redis.next('delete').answer()
    await deleting
    await nodes.clock.advance(1)
    await expect(setting).resolves.toEqual({ reached: false })
    await b.cache.set('k', 'v3')
    await expect(b.cache.delete('k')).resolves.toEqual({ reached: true })
    a.redis.next('stake').answer()
    await settled()
    expect(nodes.value('k')).toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(1)
    a.redis.hold()
    await nodes.clock.advance('1s')
    await a.cache.idle()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })

  it('that failed is sent again as a value', async () => {
    const { nodes, a, b } = await twoNodes()
    a.redis.hold('fill')
    const setting = a.cache.set('k', 'v2')
    await nodes.clock.advance(250)
    await setting
    a.redis.next('fill').fail()
    a.redis.hold()
    await b.cache.set('k', 'v3')
    await nodes.clock.advance('2s')
    await a.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    expect(a.cache.stats().tiers['redis']?.pending).toBe(0)
  })
})

describe('A shortcut that is not taken: a message', () => {
  it('drops what is held, but not what is being read', async () => {
    const { a, b } = await twoNodes()
    await a.cache.set('k', 'v1')
    b.bus.run()
    b.redis.hold('get')
    const reading = b.cache.get('k')
    await settled()
    b.redis.next('get').takeEffect()
    await a.cache.delete('k')
    b.bus.run()
    b.redis.next('get').answer()
    await expect(reading).resolves.toBe('v1')
    b.redis.hold()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('drops what is held, but not what is being loaded', async () => {
    const { nodes, a, b } = await twoNodes()
    b.redis.isCut = true
    const { open, loading } = slowLoad(b)
    await settled()
    await a.cache.delete('k')
    b.bus.run()
    open('v1')
    await expect(loading).resolves.toBe('v1')
    b.redis.isCut = false
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    expect(nodes.value('k')).toBeUndefined()
  })

  it('leaves a tier readable while it is still deleting', async () => {
    const { a, b } = await twoNodesWithV1({ layout: ['memory', 'disk', 'redis'] })
    await a.cache.delete('k')
    b.disk.hold('delete')
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    b.disk.next('delete').answer()
    await b.cache.idle()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('is forgotten where a private tier failed to delete', async () => {
    const { nodes, a, b } = await twoNodesWithV1({ layout: ['disk', 'redis'] })
    await a.cache.delete('k')
    b.disk.hold('delete')
    b.bus.run()
    b.disk.next('delete').fail()
    b.disk.hold()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    await nodes.clock.advance('1s')
    expect(b.contents.has('k')).toBe(false)
  })

  it('comes before a backfill from below into Redis', async () => {
    const { nodes, a, b } = await twoNodesWithV1({ layout: ['redis', 'disk'] })
    await b.cache.set('k', 'v1')
    await a.cache.delete('k')
    await expect(b.cache.get('k')).resolves.toBe('v1')
    await b.cache.idle()
    expect(nodes.value('k')).toBeUndefined()
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('that could not be sent waits for other traffic, where no tier is shared', async () => {
    const { nodes, a, b } = await twoNodes({ layout: ['memory', 'disk'] })
    await b.cache.set('k', 'v1')
    a.bus.run()
    a.cutBus(true)
    await expect(a.cache.set('k', 'v2')).resolves.toEqual({ reached: false })
    a.cutBus(false)
    await nodes.clock.advance('1s')
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    await expect(a.cache.get('k')).resolves.toBe('v2')
  })
})

describe('A shortcut that is not taken: a gap', () => {
  it.each<[Layout]>([[['memory', 'redis']], [['memory', 'disk', 'redis']], [['disk', 'redis']]])(
    'keeps what is held (%s)',
    async (layout) => {
      const { nodes, a, b } = await twoNodesWithV1({ layout })
      await a.cache.delete('k')
      nodes.redis.flushAll()
      await a.cache.set('another', 'v1')
      b.bus.run()
      await expect(b.cache.get('k')).resolves.toBeUndefined()
      await b.cache.idle()
      expect(b.contents.has('k')).toBe(false)
    },
  )

  it('keeps what is being read or loaded', async () => {
    const { nodes, a, b } = await twoNodes()
    await a.cache.set('k', 'v1')
    b.bus.run()
    b.redis.hold('get')
    const reading = b.cache.get('k')
    await settled()
    b.redis.next('get').takeEffect()
    await a.cache.delete('k')
    nodes.redis.flushAll()
    b.bus.run()
    b.redis.next('get').answer()
    await reading
    b.redis.hold()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
  })

  it('leaves a tier readable while it is still clearing, whatever the clocks of others say', async () => {
    const nodes = new FewNodes()
    const a = await nodes.start({ clock: clockAhead(nodes, 60_000) })
    const b = await nodes.start({ layout: ['disk', 'redis'] })
    await a.cache.set('k', 'v1')
    b.bus.run()
    await b.cache.get('k')
    await b.cache.idle()
    await a.cache.delete('k')
    nodes.redis.flushAll()
    b.disk.hold('clear')
    b.bus.run()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    b.disk.next('clear').fail()
    b.disk.hold()
    await expect(b.cache.get('k')).resolves.toBeUndefined()
    await nodes.clock.advance('1s')
    expect(b.contents.has('k')).toBe(false)
  })

  it('leaves what was being written while it cleared', async () => {
    const { nodes, a, b } = await twoNodes({ layout: ['disk', 'redis'] })
    await a.cache.set('k', 'v1')
    b.bus.run()
    b.disk.hold('set k')
    await b.cache.get('k')
    await a.cache.delete('k')
    nodes.redis.flushAll()
    b.bus.run()
    b.disk.next('set k').answer()
    await b.cache.idle()
    expect(b.contents.has('k')).toBe(false)
  })

  it('is not one where the position was unknown', async () => {
    const { nodes, a } = await twoNodes()
    await a.cache.set('k', 'v1')
    const c = nodes.begin()
    await settled()
    await expect(c.cache.get('k')).resolves.toBe('v1')
    await a.cache.delete('k')
    c.bus.run()
    await expect(c.cache.get('k')).resolves.toBeUndefined()
  })
})

describe('A shortcut that is not taken: a restart with a disk', () => {
  const LAYOUT = { layout: ['memory', 'disk', 'redis'] } as const

  /** A second later the cursor is beside what the disk holds. */
  async function withCursor(): Promise<SetUp> {
    const all = await twoNodesWithV1(LAYOUT)
    await all.nodes.clock.advance('2s')
    return all
  }

  it('clears a disk that knows where it was', async () => {
    const { nodes, b } = await withCursor()
    crash(b)
    nodes.redis.delete('k')
    const again = await nodes.start({ ...LAYOUT, contents: b.contents })
    await expect(again.cache.get('k')).resolves.toBe('v1')
  })

  it('trusts a disk that does not know where it was', async () => {
    const { nodes, b } = await twoNodesWithV1(LAYOUT)
    crash(b)
    nodes.redis.delete('k')
    expect(b.contents.has('k')).toBe(true)
    const again = await nodes.start({ ...LAYOUT, contents: b.contents })
    await expect(again.cache.get('k')).resolves.toBeUndefined()
    expect(b.contents.has('k')).toBe(false)
  })

  it('trusts such a disk where the bus gives no answer', async () => {
    const { nodes, b } = await twoNodesWithV1(LAYOUT)
    crash(b)
    nodes.redis.delete('k')
    const again = nodes.begin({ ...LAYOUT, contents: b.contents })
    again.cutBus(true)
    await nodes.clock.advance('2s')
    await expect(again.cache.get('k')).resolves.toBeUndefined()
  })

  it('reads the disk before it has heard what it missed', async () => {
    const { nodes, a, b } = await withCursor()
    crash(b)
    await a.cache.delete('k')
    const again = nodes.begin({ ...LAYOUT, contents: b.contents })
    await settled()
    await expect(again.cache.get('k')).resolves.toBeUndefined()
    again.bus.run()
    await nodes.clock.advance('1s')
    await expect(again.cache.get('k')).resolves.toBeUndefined()
    expect(b.contents.has('k')).toBe(false)
  })

  it('waits for the bus for ever', async () => {
    const { nodes, b } = await withCursor()
    crash(b)
    nodes.redis.delete('k')
    const again = nodes.begin({ ...LAYOUT, contents: b.contents })
    again.cutBus(true)
    await nodes.clock.advance(900)
    await expect(again.cache.get('k')).resolves.toBeUndefined()
    await nodes.clock.advance('1s')
    await expect(again.cache.get('k')).resolves.toBe('v1')
  })

  it('does not wait for a bus that is telling', async () => {
    const { nodes, a, b } = await withCursor()
    crash(b)
    await a.cache.set('another', 'v1')
    await a.cache.delete('k')
    const again = nodes.begin({ ...LAYOUT, contents: b.contents })
    await settled()
    again.bus.step()
    again.bus.step()
    await nodes.clock.advance('5s')
    await expect(again.cache.get('k')).resolves.toBeUndefined()
  })

  it.each(['under way', 'failed'])('goes on behind a message whose delete is %s', async (state) => {
    const { nodes, a, b } = await withCursor()
    await a.cache.delete('k')
    b.disk.hold('delete')
    b.bus.run()
    if (state === 'failed') b.disk.next('delete').fail()
    await nodes.clock.advance('5s')
    crash(b)
    expect(b.contents.has('k')).toBe(true)
    const again = await nodes.start({ ...LAYOUT, contents: b.contents })
    await expect(again.cache.get('k')).resolves.toBeUndefined()
  })

  it.each(['under way', 'failed'])('goes on behind its own delete, of which the disk part is %s', async (state) => {
    const { nodes, a, b } = await withCursor()
    await a.cache.set('another', 'v1')
    b.bus.run()
    await nodes.clock.advance(900)
    b.disk.hold('delete')
    const deleting = b.cache.delete('k')
    await settled()
    b.bus.run()
    if (state === 'failed') {
      b.disk.next('delete').fail()
      await deleting
    }
    // Now the cursor is written, but not up to here.
    await nodes.clock.advance(200)
    crash(b)
    expect(b.contents.has('k')).toBe(true)
    const again = await nodes.start({ ...LAYOUT, contents: b.contents })
    await expect(again.cache.get('k')).resolves.toBeUndefined()
  })

  it('goes on behind a gap that was not cleared', async () => {
    const { nodes, a, b } = await withCursor()
    await a.cache.delete('k')
    nodes.redis.flushAll()
    await a.cache.set('another', 'v1')
    b.disk.hold('clear')
    b.bus.run()
    b.disk.next('clear').fail()
    await nodes.clock.advance('900ms')
    crash(b)
    expect(b.contents.has('k')).toBe(true)
    const again = await nodes.start({ ...LAYOUT, contents: b.contents })
    await expect(again.cache.get('k')).resolves.toBeUndefined()
  })

  it('goes on behind a write that was given up and may still land', async () => {
    const { nodes, a, b } = await withCursor()
    b.disk.hold('set')
    void b.cache.set('z', 'v1')
    await nodes.clock.advance('1s')
    const late = b.disk.next('set z')
    await nodes.clock.advance('11s')
    b.disk.hold()
    b.bus.run()
    await a.cache.delete('z')
    b.bus.run()
    await nodes.clock.advance('5s')
    late.answer()
    crash(b)
    expect(b.contents.has('z')).toBe(true)
    const again = await nodes.start({ ...LAYOUT, contents: b.contents })
    await expect(again.cache.get('z')).resolves.toBeUndefined()
  })
})

describe('A shortcut that is not taken: a silent bus', () => {
  it.each(['later', 'from the start'])('is believed for ever (%s)', async (since) => {
    const { nodes, a } = await twoNodes()
    await a.cache.set('k', 'v1')
    const c = since === 'later' ? await nodes.start() : nodes.begin()
    c.cutBus(true)
    await expect(c.cache.get('k')).resolves.toBe('v1')
    await a.cache.delete('k')
    await nodes.clock.advance('29s')
    await expect(c.cache.get('k')).resolves.toBe('v1')
    await nodes.clock.advance('3s')
    await expect(c.cache.get('k')).resolves.toBeUndefined()
    await expect(c.cache.getOrSet('k', () => 'v2')).resolves.toBe('v2')
  })

  it('costs what is held, though nothing was missed', async () => {
    const { nodes, b } = await twoNodesWithV1()
    b.cutBus(true)
    await nodes.clock.advance('40s')
    b.cutBus(false)
    b.bus.run()
    await nodes.clock.advance('1s')
    nodes.redis.delete('k')
    await expect(b.cache.get('k')).resolves.toBe('v1')
  })
})
