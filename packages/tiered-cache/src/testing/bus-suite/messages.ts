import assert from 'node:assert/strict'
import type { BusMessage } from '../../tiers/bus.ts'
import { type BusCheck, deleteOf } from './bus-suite.ts'
import { type Listening, until } from './listening.ts'

const ODD_TEXTS = ['', ' ', '\u0000', '\u0000k', '"\\\r\n', 'ключ \u{1f511}', '\ud800', '__proto__', 'x'.repeat(4_096)]
const MANY = Array.from({ length: 100 }, (_, index) => `key:${index}`)

/** What is published is what is told. */
export function messageChecks(check: BusCheck): void {
  const kinds: readonly (readonly [string, BusMessage])[] = [
    ['a deletion', deleteOf('one', 'two')],
    ['a clear', { origin: 'origin', action: 'clear' }],
    ['odd keys', deleteOf(...ODD_TEXTS)],
    ['an odd origin', { origin: '\u0000', action: 'clear' }],
  ]
  for (const [kind, message] of kinds) {
    check(`tells ${kind} as it was published`, async ({ a, b, listen }) => {
      const listening = await listen(b)
      await a.publish(message)
      await until('a message arrives', () => listening.messages.length === 1)
      assert.deepStrictEqual(listening.messages, [message])
    })
  }

  check('tells of thousands of keys, in one message or in several', async ({ a, b, listen }) => {
    const listening = await listen(b)
    const keys = Array.from({ length: 5_000 }, (_, index) => `a key of usual length:${index}`)
    await a.publish(deleteOf(...keys))
    await until('all keys arrive', () => keysOf(listening).length >= keys.length)
    assert.deepStrictEqual(keysOf(listening), keys)
  })

  check('tells those who publish of their own messages too', async ({ a, listen }) => {
    const listening = await listen(a)
    await a.publish(deleteOf('own'))
    await until('a message arrives', () => listening.messages.length === 1)
  })

  check('publishes where nobody listens', async ({ a, b }) => {
    await a.publish(deleteOf('unheard'))
    await b.publish(deleteOf('unheard'))
  })
}

/** In which order. */
export function orderChecks(check: BusCheck): void {
  check('tells messages in the order in which they were taken, each once', async ({ a, b, listen }) => {
    const listening = await listen(b)
    for (const key of MANY) await a.publish(deleteOf(key))
    await until('all arrive', () => listening.messages.length >= MANY.length)
    assert.deepStrictEqual(keysOf(listening), MANY)
  })

  check('tells all nodes what several publish at once, in one order for all', async ({ a, b, listen }) => {
    const first = await listen(a)
    const second = await listen(b)
    await Promise.all(MANY.flatMap((key) => [a.publish(deleteOf(`a ${key}`)), b.publish(deleteOf(`b ${key}`))]))
    const count = 2 * MANY.length
    await until('all arrive', () => first.messages.length >= count && second.messages.length >= count)
    assert.deepStrictEqual(keysOf(first), keysOf(second))
    assert.equal(new Set(keysOf(first)).size, count)
  })

  check('tells no message to a listener within the call that publishes it', async ({ a, b, listen }) => {
    const listening = await listen(b)
    const publishing = a.publish(deleteOf('key'))
    assert.deepStrictEqual(listening.messages, [])
    await publishing
    await until('a message arrives', () => listening.messages.length === 1)
  })
}

function keysOf(listening: Listening): readonly string[] {
  return listening.messages.flatMap((message) => (message.action === 'delete' ? message.keys : []))
}
