import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { onSignalAbort } from './signal-link.ts'

describe('onSignalAbort', () => {
  it('shares one listener of the signal among all, and leaves none behind', () => {
    const { signal } = new AbortController()
    const offs = Array.from({ length: 1_000 }, () => onSignalAbort(signal, () => {}))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    for (const off of [...offs, ...offs]) off()
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })

  it('tells each once, but those that another removed meanwhile', () => {
    const controller = new AbortController()
    const told: unknown[] = []
    onSignalAbort(controller.signal, (reason) => {
      told.push(reason)
      off()
    })
    const off = onSignalAbort(controller.signal, () => told.push('removed'))
    onSignalAbort(controller.signal, () => told.push('last'))
    controller.abort('why')
    expect(told).toEqual(['why', 'last'])
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  it('listens anew once everybody has left', () => {
    const controller = new AbortController()
    const told: unknown[] = []
    onSignalAbort(controller.signal, () => told.push('removed'))()
    onSignalAbort(controller.signal, (reason) => told.push(reason))
    controller.abort('why')
    expect(told).toEqual(['why'])
  })
})
