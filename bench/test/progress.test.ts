import { describe, expect, it } from 'vitest'
import { startProgress, withProgress } from '../src/progress.ts'

function screen(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) }
}

describe('startProgress', () => {
  it('writes nothing where nobody looks', () => {
    const pipe = screen(false)
    const progress = startProgress(2, pipe)
    progress.part('200 B', 3)
    progress.step()
    progress.end()
    expect(pipe.written).toEqual([])
  })

  it('draws within the width of the terminal and wipes itself away', () => {
    const terminal = screen(true)
    const progress = startProgress(2, terminal)
    progress.part('200 B', 1)
    progress.step()
    progress.part('5 MiB', 1)
    progress.end()
    expect(terminal.written[0]).toContain('  0 %  200 B')
    expect(terminal.written.at(-2)).toContain(' 50 %  5 MiB')
    expect(terminal.written.at(-1)).toBe('\r\u001B[K')
    for (const text of terminal.written) expect(text.length).toBeLessThan(70)
  })
})

describe('withProgress', () => {
  const WIPED = '\r\u001B[K'

  it('answers what the work answers and wipes the bar away', async () => {
    const terminal = screen(true)
    const answer = await withProgress(
      1,
      async (progress) => {
        progress.part('half', 2)
        return 'done'
      },
      terminal,
    )
    expect(answer).toBe('done')
    expect(terminal.written.at(0)).toContain('half')
    expect(terminal.written.at(-1)).toBe(WIPED)
  })

  it('wipes it away where the work fails, and hands its error on', async () => {
    const terminal = screen(true)
    const failing = async (): Promise<never> => {
      throw new Error('no Redis')
    }
    await expect(withProgress(1, failing, terminal)).rejects.toThrow('no Redis')
    expect(terminal.written).toEqual([WIPED])
  })
})
