import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { type Context, currentContext, getRequestId, innerContext, runInContext, withContext } from '../context.ts'
import { newSpan } from './traceparent.ts'
import { bindRequest, keepContext, pinContext } from './bind-request.ts'

describe('bindRequest', () => {
  it('runs a function in the context of each object pinned, and gives its answer', () => {
    const [request, response] = [{}, {}]
    pinContext(contextOf('a'), request, response, undefined, 'no object')
    expect(bindRequest(request, getRequestId)).toBe('a')
    expect(bindRequest(response, getRequestId)).toBe('a')
    expect(getRequestId()).toBeUndefined()
  })

  it('runs a function plainly for an unknown request', () => {
    expect(bindRequest({}, getRequestId)).toBeUndefined()
    expect(runInContext(contextOf('b'), () => bindRequest({}, getRequestId))).toBe('b')
  })

  it('leads out of the context of another request', () => {
    const request = {}
    pinContext(contextOf('a'), request)
    expect(runInContext(contextOf('b'), () => bindRequest(request, getRequestId))).toBe('a')
  })

  it('keeps the inner fields of the same request', () => {
    const [context, request] = [contextOf('a'), {}]
    pinContext(context, request)
    const fields = (): unknown => bindRequest(request, () => currentContext()?.fields)
    expect(runInContext(context, () => withContext({ user: 1 }, fields))).toEqual({ user: 1 })
  })

  it('throws what the function throws', () => {
    const request = {}
    pinContext(contextOf('a'), request)
    expect(() =>
      bindRequest(request, () => {
        throw new RangeError('on purpose')
      }),
    ).toThrow(RangeError)
  })
})

describe('keepContext', () => {
  it('runs all kinds of listeners in the context, whoever emits', async () => {
    const emitter = kept('a')
    const seen: unknown[] = []
    emitter.on('data', (...args: unknown[]) => seen.push(getRequestId(), ...args))
    emitter.once('data', () => seen.push(getRequestId()))
    emitter.prependListener('data', () => seen.push(getRequestId()))
    const promised = once(emitter, 'data')
    expect(runInContext(contextOf('b'), () => emitter.emit('data', 1, 2))).toBe(true)
    expect(await promised).toEqual([1, 2])
    expect(seen).toEqual(['a', 'a', 1, 2, 'a'])
  })

  it('keeps the inner fields of who emits within the same request', () => {
    const context = contextOf('a')
    const emitter = new EventEmitter()
    keepContext(emitter, context)
    const seen: unknown[] = []
    emitter.on('data', () => seen.push(currentContext()?.fields))
    runInContext(context, () => withContext({ user: 1 }, () => emitter.emit('data')))
    expect(seen).toEqual([{ user: 1 }])
  })

  it('leaves listeners as they are: they have the emitter as this and can be removed', () => {
    const emitter = kept('a')
    const self: unknown[] = []
    function listener(this: unknown): void {
      self.push(this)
    }
    emitter.on('data', listener)
    emitter.emit('data')
    emitter.off('data', listener)
    expect(emitter.emit('data')).toBe(false)
    expect(self).toEqual([emitter])
  })

  it('leaves alone what does not emit', () => {
    const plain = {}
    keepContext(plain, contextOf('a'))
    expect(plain).toEqual({})
  })
})

function kept(id: string): EventEmitter {
  const emitter = new EventEmitter()
  keepContext(emitter, contextOf(id))
  return emitter
}

function contextOf(requestId: string): Context {
  return innerContext(undefined, { requestId, trace: newSpan(undefined) })
}
