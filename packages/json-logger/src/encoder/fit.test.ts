import { seededRandom, testSeed } from '@org/testkit'
import { describe, expect, it } from 'vitest'
import { fitJson, fits, fitText } from './fit.ts'
import { quote } from './quote.ts'

const seed = testSeed()
const UNITS = ['x', 'é', '日', '😀', '"', '\\', '\n', '\u0000', '\ud83d', ',', '}', ']', '{"a":[']

describe('fitJson', () => {
  it(`keeps members in their order, whole as long as they fit, within the limit (TEST_SEED=${seed})`, () => {
    const random = seededRandom(seed)
    const text = (most: number): string =>
      Array.from({ length: random.int(0, most) }, () => random.pick(UNITS)).join('')
    for (let run = 0; run < 2000; run++) {
      const values = Array.from({ length: random.int(0, 6) }, () =>
        random.pick([text(20), text(600), 12, null, [text(5), { a: text(100) }], { deep: [[text(9)]], '"': ',' }]),
      )
      const members = values.map((value, at) => `,${quote(`${9 - at}"`)}:${asJson(value)}`)
      const tail = random.pick(['', ',"request_id":"r"', ',"Attributes":{'])
      const close = tail.endsWith('{') ? '}' : ''
      const line = { head: '{"t":1,"m":', message: text(500), tail, members: members.join(''), close }
      const limit = random.int(200, 2000)
      const fitted = fitJson(line, limit)
      expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(limit)
      const { t, m, truncated, ...rest } = JSON.parse(fitted) as Record<string, unknown>
      expect([t, typeof m, truncated]).toEqual([1, 'string', true])
      expect(isBeginning(m as string, line.message)).toBe(true)
      const { request_id: id, ...kept } = (rest['Attributes'] ?? rest) as Record<string, unknown>
      expect(id).toBe(tail.includes('request_id') ? 'r' : undefined)
      const names = values.map((_, at) => `${9 - at}"`)
      expect(Object.keys(kept)).toEqual(names.filter((name) => Object.hasOwn(kept, name)))
      for (const [name, shown] of Object.entries(kept)) {
        const value = values[names.indexOf(name)]
        const whole = typeof value === 'string' ? value : JSON.stringify(value)
        const isWhole = JSON.stringify(shown) === JSON.stringify(value)
        expect(isWhole || isBeginning(shown as string, whole)).toBe(true)
      }
    }
  })

  it('goes through a million members and a string of ten million escapes in one pass each', () => {
    const members = ',"a":1'.repeat(1_000_000)
    expect(fitJson({ head: '{"m":', message: '', tail: '', members, close: '' }, 300).length).toBeLessThanOrEqual(300)
    const long = `,"b":"${'\\"'.repeat(5_000_000)}"`
    const fitted = fitJson({ head: '{"m":', message: '', tail: '', members: long, close: '' }, 300)
    expect(JSON.parse(fitted)).toMatchObject({ b: expect.stringMatching(/^"+…$/) as string, truncated: true })
  })
})

describe('fitText', () => {
  it('cuts at whole characters, without colours, with a mark and one end', () => {
    for (const unit of UNITS.filter((each) => each !== '\n' && each !== '\u0000')) {
      for (let limit = 20; limit < 30; limit++) {
        const fitted = fitText(`\u001b[31m${unit.repeat(100)}\u001b[39m\n`, limit)
        expect(Buffer.byteLength(fitted)).toBeLessThanOrEqual(limit)
        expect(fitted.endsWith(' …\n')).toBe(true)
        expect(unit.repeat(100).startsWith(fitted.slice(0, -3))).toBe(true)
        expect(fitted).not.toContain('\u001b')
      }
    }
  })

  it('leaves a line whole that fits without its colours', () => {
    expect(fitText('\u001b[31mred\u001b[39m\n', 5)).toBe('red\n')
  })
})

describe('fits', () => {
  it('counts bytes, not characters', () => {
    expect([fits('日', 3), fits('日', 2), fits('abc', 3), fits('abcd', 3), fits('x', Infinity)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
  })
})

function isBeginning(shown: string, whole: string): boolean {
  return shown === whole || shown === '' || (shown.endsWith('…') && whole.startsWith(shown.slice(0, -1)))
}

function asJson(value: unknown): string {
  return typeof value === 'string' ? quote(value) : JSON.stringify(value)
}
