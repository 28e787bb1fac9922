import { describe, expect, it } from 'vitest'
import { type Outgoing, Turn } from './turn.ts'

class Gathered implements Outgoing {
  readonly items: number[] = []
  readonly sent: number[][]

  constructor(sent: number[][]) {
    this.sent = sent
  }

  get isFull(): boolean {
    return this.items.length >= 3
  }

  send(): void {
    this.sent.push(this.items)
  }
}

const nextLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('Turn', () => {
  it('sends what comes in one turn of the loop together, also what comes after promises', async () => {
    const sent: number[][] = []
    const turn = new Turn(() => new Gathered(sent))
    turn.batch(0).items.push(1)
    const after = async (awaits: number): Promise<void> => {
      for (let each = 0; each < awaits; each++) await Promise.resolve()
      turn.batch(0).items.push(2)
    }
    await Promise.all([after(1), after(20)])
    expect(sent).toStrictEqual([])
    await nextLoop()
    expect(sent).toStrictEqual([[1, 2, 2]])
  })

  it('sends slots apart, and what is full', async () => {
    const sent: number[][] = []
    const turn = new Turn(() => new Gathered(sent))
    for (let item = 0; item < 4; item++) turn.batch(0).items.push(item)
    turn.batch(1).items.push(9)
    await nextLoop()
    expect(sent).toStrictEqual([[0, 1, 2], [3], [9]])
  })

  it('begins anew with the next turn', async () => {
    const sent: number[][] = []
    const turn = new Turn(() => new Gathered(sent))
    for (const item of [1, 2]) {
      turn.batch(0).items.push(item)
      await nextLoop()
    }
    expect(sent).toStrictEqual([[1], [2]])
  })
})
