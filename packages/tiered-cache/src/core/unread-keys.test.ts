import { describe, expect, it } from 'vitest'
import { MAX_UNREAD_KEYS, UnreadKeys } from './unread-keys.ts'

describe('UnreadKeys', () => {
  it('believe nothing of a key that was distrusted up to its instant, and all after it', () => {
    const unread = new UnreadKeys()
    unread.distrust('a', 10)
    expect([unread.believes('a', 10), unread.believes('a', 11), unread.believes('b', 10)]).toEqual([false, true, true])
  })

  it('are over their bound by keys that wait as by keys that are distrusted, and empty after a distrust of all', () => {
    for (const hold of ['add', 'distrust'] as const) {
      const unread = new UnreadKeys()
      for (let at = 0; at < MAX_UNREAD_KEYS; at++) unread[hold](`key ${at}`, unread.nextTurn())
      expect(unread.isOverBound).toBe(false)
      unread[hold]('one more', unread.nextTurn())
      expect(unread.isOverBound).toBe(true)
      unread.distrustAll(10)
      expect([unread.isOverBound, unread.believes('key 0', 10), unread.believes('key 0', 11)]).toEqual([
        false,
        false,
        true,
      ])
    }
  })

  it('take no write that began before a distrust of all', () => {
    const unread = new UnreadKeys()
    const early = unread.nextTurn()
    unread.distrustAll(10)
    unread.add('a', early)
    unread.add('b', unread.nextTurn())
    expect([unread.isPending('a'), unread.isPending('b'), unread.pending]).toEqual([false, true, 1])
  })
})
