import assert from 'node:assert/strict'
import type { Bus } from '../../tiers/bus.ts'
import { type BusCheck, deleteOf } from './bus-suite.ts'
import { Listening, until } from './listening.ts'

/** Where a subscription begins, and what it knows of itself. */
export function subscriptionChecks(check: BusCheck): void {
  check('begins without a cursor with a gap, told once and before any message', async ({ a, b, listen }) => {
    await a.publish(deleteOf('earlier'))
    const listening = await listen(b)
    await a.publish(deleteOf('later'))
    await until('a message arrives', () => listening.messages.length > 0)
    const [first, ...rest] = listening.heard.map(({ message }) => message)
    assert.equal(first, 'gap')
    assert.deepStrictEqual(rest, [deleteOf('later')])
  })

  check('has not caught up before it is told where it is', async ({ b }) => {
    assert.deepStrictEqual([b.silentMs, b.hasCaughtUp], [Infinity, false])
    const listening = new Listening(b, undefined)
    assert.deepStrictEqual([b.silentMs, b.hasCaughtUp, listening.heard], [Infinity, false, []])
    await until('it catches up', () => b.hasCaughtUp)
    assert.ok(listening.hasGap)
    assert.ok(b.silentMs >= 0 && b.silentMs < Infinity)
    listening.off()
  })

  check('tells a gap for a cursor that is none of its own', async ({ a, b, listen }) => {
    await a.publish(deleteOf('earlier'))
    for (const from of ['nonsense', '', '0-0', 'other:1']) {
      const listening = await listen(b, from)
      assert.deepStrictEqual(
        listening.heard.map(({ message }) => message),
        ['gap'],
      )
      listening.off()
    }
  })

  check('goes on after a cursor with what was published meanwhile, or tells a gap', async (bench) => {
    const { a, b, listen } = bench
    const before = await listen(b)
    await a.publish(deleteOf('before'))
    await until('a message arrives', () => before.messages.length === 1)
    before.off()
    await publishAll(a, ['one', 'two', 'three'])
    const after = await listen(b, before.cursor)
    await a.publish(deleteOf('later'))
    await until('the last message arrives', () => lastKey(after) === 'later')
    const missed = after.hasGap ? [] : ['one', 'two', 'three'].map((key) => deleteOf(key))
    assert.deepStrictEqual(after.messages, [...missed, deleteOf('later')])
  })

  check('goes on from the cursor of a gap as from that of a message', async ({ a, b, listen }) => {
    const before = await listen(b)
    before.off()
    await a.publish(deleteOf('meanwhile'))
    const after = await listen(b, before.cursor)
    assert.deepStrictEqual(
      after.heard.map(({ message }) => message),
      after.hasGap ? ['gap'] : [deleteOf('meanwhile')],
    )
  })
}

/** How a subscription ends. */
export function endChecks(check: BusCheck): void {
  check('tells nothing more once it is off', async ({ a, b, listen }) => {
    const witness = await listen(a)
    const off = await listen(b)
    off.off()
    off.off()
    const { length } = off.heard
    await a.publish(deleteOf('unheard'))
    await until('others are told', () => witness.messages.length === 1)
    const again = await listen(b)
    await a.publish(deleteOf('heard'))
    await until('a new subscription is told', () => again.messages.length === 1)
    assert.equal(off.heard.length, length)
  })

  check('is off at once where a listener ends it', async (bench) => {
    let told = 0
    const { a, b, listen } = bench
    const witness = await listen(a)
    const off = b.subscribe(undefined, {
      gap: () => {},
      message: () => {
        told++
        off()
      },
    })
    await until('it catches up', () => b.hasCaughtUp)
    await Promise.all(['one', 'two', 'three'].map((key) => a.publish(deleteOf(key))))
    await until('others are told', () => witness.messages.length === 3)
    const again = await listen(b)
    await a.publish(deleteOf('last'))
    await until('a new subscription is told', () => again.messages.length === 1)
    assert.equal(told, 1)
  })

  check('goes on where a listener throws', async ({ a, b, listen }) => {
    const keys: unknown[] = []
    const witness = await listen(a)
    const off = b.subscribe(undefined, {
      gap: () => assert.fail('the listener broke'),
      message(message) {
        keys.push(message.action === 'delete' && message.keys[0])
        throw new Error('the listener broke')
      },
    })
    await until('it catches up', () => b.hasCaughtUp)
    await publishAll(a, ['one', 'two', 'three'])
    await until('all arrive', () => keys.length === 3 && witness.messages.length === 3)
    assert.deepStrictEqual(keys, ['one', 'two', 'three'])
    off()
  })

  check('takes and tells nothing once it is closed, and closes more than once', async (bench) => {
    const { a, b, listen } = bench
    if (!b.close || a === b) return
    const witness = await listen(a)
    const closed = await listen(b)
    await Promise.all([b.close(), b.close()])
    await b.close()
    await assert.rejects(async () => b.publish(deleteOf('late')), Error)
    await a.publish(deleteOf('unheard'))
    await until('others are told', () => witness.messages.length === 1)
    assert.deepStrictEqual(closed.messages, [])
    assert.equal(b.silentMs, Infinity)
  })
}

async function publishAll(bus: Bus, keys: readonly string[]): Promise<void> {
  for (const key of keys) await bus.publish(deleteOf(key))
}

function lastKey({ messages }: Listening): string | undefined {
  const last = messages.at(-1)
  return last?.action === 'delete' ? last.keys[0] : undefined
}
