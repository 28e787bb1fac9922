import { describe, expect, it } from 'vitest'
import { FewNodes, type Layout } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'
import { clockAhead, readDuring, slowLoad, twoNodes, twoNodesWithV1 } from './two-nodes.fixture.ts'

describe('A shortcut that is not taken: a message', () => {
  it('drops what is held, but not what is being read', async () => {
    const { a, b } = await twoNodes()
    await a.cache.set('k', 'v1')
    b.bus.run()
    const read = await readDuring(b, async () => {
      await a.cache.delete('k')
      b.bus.run()
    })
    expect(read).toBe('v1')
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
    await readDuring(b, async () => {
      await a.cache.delete('k')
      nodes.redis.flushAll()
      b.bus.run()
    })
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

describe('A shortcut that is not taken: a silent bus', () => {
  it.each(['later', 'from the start'])('is believed for ever (%s)', async (since) => {
    const { nodes, a } = await twoNodes()
    await a.cache.set('k', 'v1')
    const c = since === 'later' ? await nodes.start() : nodes.begin()
    // What was begun before the bus was opened is kept by no private tier.
    await settled()
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
