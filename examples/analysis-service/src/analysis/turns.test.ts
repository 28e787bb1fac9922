import { gate } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { Turns } from './turns.ts'

const never = new AbortController().signal

describe('Turns', () => {
  it('lets so many go at once, and the others in the order they came', async () => {
    const [turns, order] = [new Turns(2), [] as string[]]
    const gates = [gate(), gate(), gate(), gate()]
    const all = gates.map((each, at) =>
      turns.take(never, async () => {
        order.push(`begin ${at}`)
        await each.promise
        order.push(`end ${at}`)
      }),
    )
    await passed()
    expect(order).toEqual(['begin 0', 'begin 1'])
    gates[1]?.open()
    await passed()
    expect(order).toEqual(['begin 0', 'begin 1', 'end 1', 'begin 2'])
    for (const each of gates) each.open()
    await Promise.all(all)
    expect(order.filter((step) => step.startsWith('begin'))).toEqual(['begin 0', 'begin 1', 'begin 2', 'begin 3'])
  })

  it('takes what is aborted out of the line, and never begins it', async () => {
    const [turns, first, abort] = [new Turns(1), gate(), new AbortController()]
    const running = turns.take(never, () => first.promise)
    let hasBegun = false
    const waiting = turns.take(abort.signal, async () => {
      hasBegun = true
    })
    const last = turns.take(never, async () => 'last')
    abort.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    first.open()
    await running
    expect(await last).toBe('last')
    expect(hasBegun).toBe(false)
  })

  it('gives the turn on where work fails', async () => {
    const turns = new Turns(1)
    await expect(turns.take(never, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await turns.take(never, async () => 'next')).toBe('next')
  })
})

async function passed(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
