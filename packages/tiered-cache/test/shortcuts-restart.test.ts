import { describe, expect, it } from 'vitest'
import { crash } from './few-nodes.fixture.ts'
import { settled } from './gated-tier.fixture.ts'
import { type TwoNodes, twoNodesWithV1 } from './two-nodes.fixture.ts'

describe('A shortcut that is not taken: a restart with a disk', () => {
  const LAYOUT = { layout: ['memory', 'disk', 'redis'] } as const

  /** A second later the cursor is beside what the disk holds. */
  async function withCursor(): Promise<TwoNodes> {
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
