import { describe, expect, it } from 'vitest'
import { deleting, Heard } from '../../test/heard.fixture.ts'
import { localBus } from './local-bus.ts'

describe('localBus', () => {
  it('tells several subscriptions, each from its own cursor', async () => {
    const bus = localBus()
    const [first, second] = [new Heard(), new Heard()]
    const off = bus.subscribe(undefined, first)
    await Promise.resolve()
    off()
    await bus.publish(deleting('m2'))
    bus.subscribe(undefined, second)
    bus.subscribe(first.cursor, first)
    await Promise.resolve()
    await bus.publish(deleting('m3'))
    expect(first.log).toEqual(['gap', 'm2', 'm3'])
    expect(second.log).toEqual(['gap', 'm3'])
  })

  it('has caught up once all its subscriptions have', async () => {
    const bus = localBus()
    bus.subscribe(undefined, new Heard())
    await Promise.resolve()
    expect([bus.hasCaughtUp, bus.silentMs]).toEqual([true, 0])
    bus.subscribe(undefined, new Heard())
    expect([bus.hasCaughtUp, bus.silentMs]).toEqual([false, Infinity])
    await Promise.resolve()
    expect([bus.hasCaughtUp, bus.silentMs]).toEqual([true, 0])
  })

  it('tells a gap where a cursor is older than what it keeps, none where it is not', async () => {
    const bus = localBus()
    const before = new Heard()
    const off = bus.subscribe(undefined, before)
    await Promise.resolve()
    await bus.publish(deleting('m'))
    off()
    for (let at = 0; at < 1_000; at++) await bus.publish(deleting(`${at}`))
    const [early, late] = [new Heard(), new Heard()]
    bus.subscribe(before.cursors[0], early)
    bus.subscribe(before.cursor, late)
    await Promise.resolve()
    expect(early.log).toEqual(['gap'])
    expect(late.messages).toHaveLength(1_000)
    expect(late.gaps).toBe(0)
  })

  it('takes the cursor of another bus for none', async () => {
    const [bus, other] = [localBus(), localBus()]
    const [elsewhere, heard] = [new Heard(), new Heard()]
    other.subscribe(undefined, elsewhere)
    await other.publish(deleting('elsewhere'))
    bus.subscribe(elsewhere.cursor, heard)
    await Promise.resolve()
    expect(heard.log).toEqual(['gap'])
  })

  it('tells what a listener publishes after what it is being told', async () => {
    const bus = localBus()
    const heard = new Heard()
    bus.subscribe(undefined, {
      gap: (cursor) => heard.gap(cursor),
      message(message, cursor) {
        heard.message(message, cursor)
        if (heard.messages.length < 5) void bus.publish(deleting(`m${heard.messages.length}`))
      },
    })
    await Promise.resolve()
    void bus.publish(deleting('m0'))
    await bus.publish(deleting('end'))
    expect(heard.log).toEqual(['gap', 'm0', 'end', 'm1', 'm2', 'm3', 'm4'])
  })
})
