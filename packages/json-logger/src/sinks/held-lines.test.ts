import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { HeldLines } from './held-lines.ts'

const BOUND = 65_536
const seed = testSeed()

describe('HeldLines', () => {
  it(`gives each line once, whole and in order, or counts it as dropped and tells of it (seed ${seed})`, () => {
    const random = seededRandom(seed)
    for (let round = 0; round < 20; round++) {
      const held = new HeldLines(BOUND, (count) => `dropped ${count}\n`)
      let output = ''
      let given = 0
      let lost = 0
      const write = (bytes: number): void => {
        output += held.bytes.toString('latin1', 0, bytes)
        held.written(bytes)
      }
      for (let step = 0; step < 200; step++) {
        const kind = random.int(0, 9)
        if (kind < 5) {
          for (let left = random.int(1, 60); left > 0; left--) {
            if (held.add(`line ${given++} ${'x'.repeat(random.int(0, 3_000))}\n`) === 0) lost++
          }
        } else if (kind < 8) write(Math.min(held.byteLength, random.int(0, 40_000)))
        else if (held.isMidLine) write(held.piece(1).length)
        else if (kind === 8) held.addNotice()
        else held.giveUpFirst(held.piece(random.int(1, 9_000)).length)
        const { written, dropped, bufferedBytes } = held.stats()
        expect(bufferedBytes).toBeLessThanOrEqual(BOUND)
        expect(dropped).toBeGreaterThanOrEqual(lost)
        if (kind === 8) expect(written).toBe([...output.matchAll(/^line \d+ x*\n/gm)].length)
        expect(held.isMidLine).toBe(output !== '' && !output.endsWith('\n'))
      }
      while (held.byteLength > 0 || held.addNotice()) write(held.byteLength)
      const numbers = [...output.matchAll(/^line (\d+) x*$/gm)].map((match) => Number(match[1]))
      const told = [...output.matchAll(/^dropped (\d+)$/gm)].map((match) => Number(match[1]))
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
      expect(held.stats()).toMatchObject({ written: numbers.length, dropped: given - numbers.length })
      expect(told.reduce((sum, each) => sum + each, 0)).toBe(given - numbers.length)
    }
  })

  it('resolves those who wait when what was held then has gone, or when their waiting is called off', async () => {
    const held = new HeldLines(BOUND, () => '')
    const order: string[] = []
    const wait = (name: string): Promise<void> => held.gone().then(() => void order.push(name))
    await wait('nothing held')
    held.add('first\n')
    const first = wait('first')
    held.add('second\n')
    const second = wait('second')
    held.written(6)
    await first
    expect(order).toEqual(['nothing held', 'first'])
    held.callOffWaiting()
    await second
    expect(held.byteLength).toBe(7)
  })
})
