import { describe, expect, it } from 'vitest'
import { gate } from './gate.ts'

describe('gate', () => {
  it('holds whoever waits until it opens, and gives them the value', async () => {
    const closed = gate<number>()
    const order: string[] = []
    const waiter = closed.promise.then((value) => order.push(`passed with ${value}`))
    await Promise.resolve()
    order.push('opening')
    closed.open(7)
    await waiter
    expect(order).toEqual(['opening', 'passed with 7'])
  })

  it('rejects whoever waits when it fails', async () => {
    const closed = gate()
    closed.fail(new Error('the loader broke'))
    await expect(closed.promise).rejects.toThrow('the loader broke')
  })
})
