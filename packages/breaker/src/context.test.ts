import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { CallContext } from './context.ts'

function setUp() {
  const caller = new AbortController()
  const root = CallContext.root(caller.signal)
  return { caller, root, listeners: () => getEventListeners(caller.signal, 'abort').length }
}

describe('CallContext', () => {
  it('aborts its children with its reason, and is not aborted by them', () => {
    const { caller, root } = setUp()
    const [lost, other] = [root.child(2), root.child(3)]
    expect([lost.attempt, other.attempt, root.child().attempt]).toEqual([2, 3, 1])
    const { signal } = other.child()
    lost.abort('another was faster')
    expect([lost.isAborted, other.isAborted, root.isAborted]).toEqual([true, false, false])
    caller.abort('gone')
    expect(signal.reason).toBe('gone')
    expect([lost.reason, lost.signal.reason, other.reason]).toEqual([
      'another was faster',
      'another was faster',
      'gone',
    ])
  })

  it('gives the work the very signal of the caller where nothing else can end it', () => {
    const { caller, root } = setUp()
    expect(root.signal).toBe(caller.signal)
    expect(CallContext.root(undefined).signal.aborted).toBe(false)
  })

  it('listens to the caller only while somebody asks, and never once closed', () => {
    const { root, listeners } = setUp()
    const child = root.child()
    const off = child.onAbort(() => {})
    expect(listeners()).toBe(1)
    off()
    expect(listeners()).toBe(0)
    const offLater = child.onAbort(() => {})
    child.close()
    offLater()
    expect(child.signal.aborted).toBe(false)
    expect(listeners()).toBe(0)
  })

  it('does not tell a listener that another removed meanwhile', () => {
    const { caller, root, listeners } = setUp()
    const told: unknown[] = []
    root.onAbort((reason) => {
      told.push(reason)
      off()
    })
    const off = root.onAbort(() => told.push('removed'))
    caller.abort('gone')
    root.abort('again')
    expect(told).toEqual(['gone'])
    expect(listeners()).toBe(0)
  })

  it('tells a listener at once where it is already aborted, be it by itself, its parent or the caller', () => {
    const { caller, root, listeners } = setUp()
    const [child, ofCaller] = [root.child(), root.child()]
    child.abort('lost')
    const told: unknown[] = []
    child.onAbort((reason) => told.push(reason))()
    child.child().onAbort((reason) => told.push(reason))
    caller.abort('gone')
    ofCaller.onAbort((reason) => told.push(reason))
    root.onAbort((reason) => told.push(reason))
    expect(told).toEqual(['lost', 'lost', 'gone', 'gone'])
    expect(listeners()).toBe(0)
  })

  it('knows whether anybody can abort it', () => {
    const { root } = setUp()
    const alone = CallContext.root(undefined)
    expect([root.isAbortable, alone.isAbortable, alone.child().isAbortable]).toEqual([true, false, true])
  })

  it('keeps work that lingers until it settles, in itself and in all around it', async () => {
    const { root } = setUp()
    const child = root.child()
    const works = [Promise.resolve(), Promise.reject(new Error('late'))]
    for (const work of works) child.linger(work)
    expect([root.lingering?.size, child.lingering?.size]).toEqual([2, 2])
    await Promise.allSettled(works)
    expect([root.lingering?.size, child.lingering?.size]).toEqual([0, 0])
  })
})
